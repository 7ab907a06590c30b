#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/circuit_breaker.hpp>
#include <sweet/actors/task/rate_limit.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/recovery/retry_policy.hpp>

#include <functional>
#include <optional>

namespace sweet::detail {

struct cell;

/// What is to be done when an attempt at a task fails.
struct recovery_plan {
  retry_policy retry;
  std::optional<circuit_breaker> breaker;
  std::optional<rate_limit> limit;
  /// Makes the task that the fallback runs in, not started yet, and blocking if told so; empty:
  /// there is none. The error stays where it is until that task has ended.
  std::function<cell&(const task_error&, bool)> fallback;
  bool blocking_fallback = false;
};

} // namespace sweet::detail
