#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/clock.hpp>

namespace sweet::inline v0_5::detail {

struct cell;
class runtime_gate;

/// Keeps the runtime of a task from ending as long as the hold lives. A handle takes one before it
/// touches the scheduler: it outlives the runtime, and any thread may use it while the runtime
/// ends.
///
/// A hold is short-lived: the end of the runtime waits for it.
class runtime_hold {
public:
  /// @pre the caller holds a reference to the task
  explicit runtime_hold(cell& task) noexcept;
  ~runtime_hold();
  runtime_hold(const runtime_hold&) = delete;
  runtime_hold& operator=(const runtime_hold&) = delete;

  /// Whether the runtime is held; otherwise it has ended, and nothing of it may be touched.
  explicit operator bool() const noexcept { return holds_; }

  /// The time on the clock of the runtime or, once the runtime has ended, the time when it did.
  clock::time_point now() const noexcept;

  /// @throws task_failure with error_code::unreachable if the runtime has ended
  void check() const;

private:
  cell& task_;
  runtime_gate& gate_;
  const bool holds_;
};

} // namespace sweet::inline v0_5::detail
