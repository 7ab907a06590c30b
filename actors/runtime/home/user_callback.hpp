#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/thread_state.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// While it lives, the calling thread runs a function of the user's in the midst of the library's
/// own work: a callback on a stop token, or a sink for logs or traces.
///
/// The thread is the one that happens to cancel a task, or to write a record. So that the function
/// can do the same on any of them, the thread belongs to no task and no worker meanwhile: tasks
/// that the function starts are queued, and a wait is refused, which on some of these threads would
/// be for ever.
class user_callback {
public:
  explicit user_callback(const task_home& home) noexcept
      : thread_(this_thread()), callback_of_(std::exchange(thread_.callback_of, &home)),
        driven_(std::exchange(thread_.driven, nullptr)),
        task_(std::exchange(thread_.task, nullptr)), home_(std::exchange(thread_.home, nullptr)) {}
  ~user_callback() {
    thread_.callback_of = callback_of_;
    thread_.driven = driven_;
    thread_.task = task_;
    thread_.home = home_;
  }
  user_callback(const user_callback&) = delete;
  user_callback& operator=(const user_callback&) = delete;

private:
  thread_state& thread_;
  const task_home* callback_of_;
  workplace* driven_;
  cell* task_;
  task_home* home_;
};

} // namespace sweet::inline v0_5::detail
