#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "process_room.hpp"

namespace sweet::command {

/// Watches a process of a job or an item in a child of the task that has started it, and ends the
/// process when its time limit is over. The task waits for the attempt, and gets the result of the
/// process even if the task is killed meanwhile.
///
///     auto attempt = process_attempt::watch(ctx, std::move(process), 10s);
///     for (auto level = cancellation_level::none; !attempt->is_over();)
///       level = co_await attempt->wait(level);
///     for (auto* process = attempt->unwatched(); process && !process->ended();)
///       process->heed(co_await process->wait());
class process_attempt {
public:
  enum class stop : std::uint8_t {
    none,
    by_limit,
    by_task, ///< the task was cancelled
  };

  /// Watches a process. If the task has been killed, the process is killed, too, and is
  /// unwatched().
  /// @param limit when it is over, the process gets SIGTERM, and SIGKILL when its grace is over
  [[nodiscard]] static std::shared_ptr<process_attempt>
  watch(task_context ctx, process_room::started_process process,
        std::optional<std::chrono::nanoseconds> limit);

  /// For watch().
  process_attempt(task_context ctx, process_room::started_process process)
      : task_(ctx), pid_(process.process.pid()), process_(std::move(process)) {}

  [[nodiscard]] bool is_over() const noexcept { return over_.is_set(); }

  /// `co_await attempt.wait(seen)` waits until the attempt is over, or the task's level of
  /// cancellation is above `seen`, and gives the level.
  [[nodiscard]] auto wait(cancellation_level seen) noexcept {
    return detail::event_access::wait_shielded(over_, seen);
  }

  // Once it is over:

  /// The process, if the child was cancelled before it began; nearly always null. The process has
  /// been told to end, and the task itself has to wait for it.
  [[nodiscard]] task_process* unwatched() noexcept;

  /// Why the process was first told to end.
  [[nodiscard]] stop stopped() const noexcept { return result_.stopped; }

  /// @pre unwatched() is null, or has ended
  [[nodiscard]] process_result take() noexcept;

private:
  struct outcome {
    stop stopped = stop::by_task;
    process_result process{};
  };

  static async<void> run(task_context ctx, std::shared_ptr<process_attempt> self);
  void end();

  task_context task_;
  const pid_t pid_;
  std::optional<process_room::started_process> process_;
  /// What the body has found. A body that is left behind may still write this when the attempt is
  /// over.
  outcome own_;
  std::atomic<bool> began_{false};
  std::atomic<bool> has_own_{false};
  outcome result_;
  async_event over_;
};

} // namespace sweet::command
