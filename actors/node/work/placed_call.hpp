#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/wait_view.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/node/wire/frames.hpp>
#include <sweet/node/work/output_receiver.hpp>
#include <sweet/strategies/placement/place.hpp>
#include <sweet/strategies/placement/placement.hpp>

namespace sweet::inline v0_5::detail {

class placed_call;
class submitter;

/// Takes calls, and places them.
class call_desk {
public:
  /// Places a call, which waits. It gets one wake-up.
  virtual void submit(placed_call& x) = 0;
  /// Passes on that a call is to stop.
  virtual void cancel(placed_call& x, cancellation_level level) noexcept = 0;

protected:
  ~call_desk() = default;
};

/// A task that is to run on a node, and the wait of its body for what becomes of it. The wait ends
/// with the task there: a stop is passed on, and then waited for.
class placed_call : wait_source {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param whose the task that shows how far the call has come
  /// @param budget how many more times the function may be started, should its node be lost
  placed_call(cell& whose, call_desk& to, placement where, wire::submitted_task task,
              std::uint64_t signature, std::uint32_t budget, time_point deadline,
              output_receiver on_output);
  placed_call(const placed_call&) = delete;
  placed_call& operator=(const placed_call&) = delete;

  /// `co_await call`: gives how the task has ended; nothing if it is to run on this node, which
  /// submitter::ended_here() is told the end of.
  auto operator co_await() noexcept { return awaiter{*this}; }

  std::uint64_t id() const noexcept { return task_.id; }
  /// Whether submitter::ended_here() is to be called, once the task has ended here.
  bool takes_slot() const noexcept { return takes_slot_; }
  /// The task. For who runs it here.
  wire::submitted_task& task() noexcept { return task_; }

private:
  friend class submitter;

  struct awaiter {
    placed_call& call;
    bool await_ready() const noexcept { return false; }
    bool await_suspend(awaiting_task h) { return call.suspend(h.task()); }
    std::optional<wire::finished_task> await_resume() noexcept { return std::move(call.outcome_); }
  };

  bool suspend(cell& self);
  static bool retract(wait_source& s, cell& self) noexcept;
  static void describe(const wait_source& s, wait_view& view) noexcept;
  static constexpr wait_ops operations{.retract = &retract, .describe = &describe};

  cell& whose_;
  call_desk& to_;
  cell* body_ = nullptr;
  const placement where_;
  wire::submitted_task task_; ///< kept until it has ended: it may be placed again
  const std::uint64_t signature_;
  const std::uint32_t budget_;
  const time_point deadline_;
  const output_receiver on_output_; ///< may be empty
  std::optional<wire::finished_task> outcome_;
  // All that follows is under the mutex of the submitter.
  std::vector<std::string> avoid_{};
  cancellation_level level_ = cancellation_level::none;
  bool takes_slot_ = false; ///< of this node: it is to run here
};

} // namespace sweet::inline v0_5::detail
