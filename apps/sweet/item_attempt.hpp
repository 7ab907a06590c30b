#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/process/task_process.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_result.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sweet::command {

/// One run of a command for an item: a child of the task that handles the item, which waits for it
/// and wants its result also if it is killed meanwhile.
///
///     auto attempt = item_attempt::start(ctx, spec, {}, 10s);
///     for (auto level = cancellation_level::none; !attempt->is_over();)
///       level = co_await attempt->wait(level);
class item_attempt {
public:
  /// @param shell what is run in place of `spec.argv` if that cannot be started; empty: nothing
  /// @param limit when it is over the process gets SIGTERM, and SIGKILL when its grace is
  /// @throws cancelled if the task has been killed
  [[nodiscard]] static std::shared_ptr<item_attempt>
  start(task_context ctx, process_spec spec, std::vector<std::string> shell,
        std::optional<std::chrono::nanoseconds> limit);

  /// For start().
  item_attempt(process_spec spec, std::vector<std::string> shell)
      : spec_(std::move(spec)), shell_(std::move(shell)) {}

  [[nodiscard]] bool is_over() const noexcept { return over_.is_set(); }

  /// As async_event::wait_shielded().
  [[nodiscard]] auto wait(cancellation_level seen) noexcept { return over_.wait_shielded(seen); }

  // Once it is over:

  /// Why there was no process; empty: there was one, or it was stopped before.
  [[nodiscard]] const std::string& problem() const noexcept { return result_.problem; }

  /// Whether the process was told to end, or never started for that.
  [[nodiscard]] bool was_stopped() const noexcept { return result_.stopped; }

  /// Empty: there was none, or it is left behind.
  [[nodiscard]] std::optional<process_result> take() noexcept {
    return std::exchange(result_.process, std::nullopt);
  }

private:
  struct outcome {
    std::string problem{};
    bool stopped = true;
    std::optional<process_result> process{};
  };

  static async<void> run(task_context ctx, std::shared_ptr<item_attempt> self);
  task_result<task_process> start_any(task_context ctx);
  void end();

  process_spec spec_;
  std::vector<std::string> shell_;
  /// The body's. One that is left behind may still be at work when the attempt is over.
  outcome own_;
  std::atomic<bool> has_own_{false};
  outcome result_;
  async_event over_;
};

} // namespace sweet::command
