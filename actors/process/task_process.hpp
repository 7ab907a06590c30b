#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_reactor.hpp>
#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_result.hpp>

#include <memory>

namespace sweet {

/// A child process in the hands of a task's coroutine that wants its result whatever happens, also
/// when the task is cancelled meanwhile; run_process() is for all others.
///
///     auto started = sweet::task_process::start(ctx, spec);
///     auto& process = started.value();
///     while (!process.ended())
///       process.heed(co_await process.wait());
///     sweet::process_result result = process.take();
///
/// For that one body only. It is killed, with what belongs to it, if this object is destroyed
/// before it has ended.
class task_process {
public:
  /// Makes what watches the processes of a runtime, which otherwise the first process does.
  /// @throws std::system_error if this system or program cannot watch processes, see
  /// process_reactor
  static void prepare(runtime& rt);

  /// For process_scope::descendants: from now on a process below this one whose parent ends becomes
  /// a child of this one (PR_SET_CHILD_SUBREAPER), and is waited for when it has ended. Anything in
  /// this program that starts children by other means loses their status.
  /// @pre SIGCHLD is blocked in every thread of the program, and not ignored
  /// @returns whether there was no child before that something else has started, such as a shell
  /// that has become this program: then all orphans come from its own processes
  /// @throws std::system_error as prepare() does
  static bool adopt_orphans(runtime& rt);

  /// Starts a process.
  /// @returns if it cannot be started, the reason: error_code::resource_limit if this program or
  /// machine is out of descriptors, processes or memory, which may pass; else error_code::io
  /// @throws std::system_error as prepare() does
  static task_result<task_process> start(task_context ctx, const process_spec& spec);

  task_process(task_process&&) noexcept = default;
  task_process& operator=(task_process&&) = delete;
  ~task_process();

  pid_t pid() const noexcept { return handle_.pid(); }

  /// Whether it has ended, or cannot be made to: a process that runs as another user takes no
  /// signal from us, and once the task is killed it is waited for no longer.
  bool ended() const noexcept { return given_up_ || state_->event.is_set(); }

  /// `co_await process.wait()`: until the process has ended or the task's level of cancellation has
  /// risen. Does not throw.
  /// @returns the level
  auto wait() noexcept { return state_->event.wait_shielded(level_); }

  /// Passes a level on to the process and what belongs to it: SIGTERM for graceful, followed by
  /// SIGKILL when the grace of the process_spec is over; SIGKILL at once above. A level that is
  /// known already changes nothing.
  void heed(cancellation_level level);

  /// The highest level that it has heeded.
  cancellation_level level() const noexcept { return level_; }

  /// The result. @pre ended(), and not called before
  process_result take();

private:
  struct state {
    async_event event;
    process_result result;
  };

  task_process(std::shared_ptr<state> s, detail::process_reactor::handle handle,
               std::chrono::milliseconds grace) noexcept;

  std::shared_ptr<state> state_;
  detail::process_reactor::handle handle_;
  std::chrono::milliseconds grace_;
  cancellation_level level_ = cancellation_level::none;
  bool given_up_ = false;
};

} // namespace sweet
