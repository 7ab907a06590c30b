#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/circuit_breaker.hpp>
#include <sweet/actors/task/rate_limit.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/recovery/retry_policy.hpp>

#include <functional>
#include <optional>

namespace sweet::inline v0_5::detail {

struct cell;

/// Says what is to be done when an attempt at a task fails.
struct recovery_plan {
  retry_policy retry;
  std::optional<circuit_breaker> breaker;
  std::optional<rate_limit> limit;
  /// Makes the task in which the fallback runs, not started yet; blocking if the flag is set. The
  /// error stays in its place until that task has ended. Empty: there is no fallback.
  std::function<cell&(const task_error&, bool)> fallback;
  bool blocking_fallback = false;
};

} // namespace sweet::inline v0_5::detail
