#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>

namespace sweet::detail {

struct cell;
class scheduler;

/// The ancestor of all tasks of a runtime. It has no body; its children come and go on any thread,
/// so their list has a lock, unlike those of other tasks.
class root_task {
public:
  root_task(scheduler& home, std::string name);
  ~root_task();
  root_task(const root_task&) = delete;
  root_task& operator=(const root_task&) = delete;

  cell& task() noexcept { return *task_; }

  void add(cell& child) noexcept;
  void remove(cell& child) noexcept;

  /// Raises the level of all children, newest first, and of those that come later.
  void cancel(cancellation_level level) noexcept;

  /// After cancel() and join(): takes children again, under a new name.
  void reopen(std::string name);

  /// Whether there are no children.
  bool is_empty();

  /// Blocks until there are no children.
  void join();

private:
  cell* task_;
  std::mutex mutex_;
  std::condition_variable empty_;
  cell* newest_ = nullptr; // mutex_; linked through cell::next and prev
};

} // namespace sweet::detail
