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

namespace sweet::inline v0_5 {

/// A child process whose result a coroutine gets whatever happens, also when its task is cancelled
/// meanwhile. Where that does not matter, run_process() is simpler.
///
///     auto started = sweet::task_process::start(ctx, spec);
///     auto& process = started.value();
///     while (!process.ended())
///       process.heed(co_await process.wait());
///     sweet::process_result result = process.take();
///
/// For the body of that task only. If this object is destroyed before the process has ended, the
/// process is killed, with all that belongs to it.
class task_process {
public:
  /// Makes the watcher for the processes of a runtime, which is otherwise made with the first
  /// process.
  /// @throws std::system_error if this system or program cannot watch processes
  static void prepare(runtime& rt);

  /// Makes this process the parent of processes below it whose parents end
  /// (PR_SET_CHILD_SUBREAPER), and waits for them when they have ended; for
  /// process_scope::descendants. Other parts of this program that start children lose their status.
  /// @pre SIGCHLD is blocked in every thread of the program, and not ignored.
  /// @returns whether this process had no child that something else has started, such as a shell
  /// that has become this program; if so, all orphans come from its own processes
  /// @throws std::system_error if this system or program cannot watch processes
  static bool adopt_orphans(runtime& rt);

  /// Starts a process.
  /// @returns the process; or why it cannot be started: error_code::resource_limit if this program
  /// or machine is out of descriptors, processes or memory, which may pass; else error_code::io
  /// @throws std::system_error if this system or program cannot watch processes
  static task_result<task_process> start(task_context ctx, const process_spec& spec);

  /// Takes over the process of another object.
  task_process(task_process&&) noexcept = default;
  task_process& operator=(task_process&&) = delete;
  /// Kills the process, with all that belongs to it, unless it has ended.
  ~task_process();

  /// Returns the id of the process.
  pid_t pid() const noexcept { return handle_.pid(); }

  /// Tells whether the process has ended, or cannot be ended: a process of another user takes no
  /// signal, and once the task is killed it is not waited for any longer.
  bool ended() const noexcept { return given_up_ || state_->event.is_set(); }

  /// Waits until the process has ended or the level of cancellation of the task has risen:
  /// `co_await process.wait()` gives the level. Does not throw.
  auto wait() noexcept { return detail::event_access::wait_shielded(state_->event, level_); }

  /// Passes a level on to the process and all that belongs to it: SIGTERM for graceful, followed by
  /// SIGKILL when the grace of the process_spec is over; SIGKILL at once for higher levels. A level
  /// that was passed on already changes nothing.
  void heed(cancellation_level level);

  /// Returns the highest level that was passed on.
  cancellation_level level() const noexcept { return level_; }

  /// Returns the result.
  /// @pre ended(), and take() was not called before.
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

} // namespace sweet::inline v0_5
