// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/retry_policy.hpp>

#include <algorithm>

namespace sweet::inline v0_5 {

namespace {

/// The wait that the error asks for, or else its nearest cause that asks for one: an error often
/// gets wrapped on its way.
backoff::duration asked_for(const task_error& error) noexcept {
  for (const auto* e = &error; *e; e = &e->cause())
    if (const auto wait = e->retry_after())
      return *wait;
  return backoff::duration{0};
}

} // namespace

std::optional<retry_policy::duration> retry_policy::next(const task_error& error,
                                                         std::uint32_t failed_attempts,
                                                         duration time_left, double random) const {
  if (failed_attempts > further_ || !is_retryable(error.code()))
    return std::nullopt;
  const auto delay = std::max(wait_.delay(failed_attempts, random), asked_for(error));
  if (delay >= time_left)
    return std::nullopt;
  if (only_if_ && !only_if_(error))
    return std::nullopt;
  return delay;
}

} // namespace sweet::inline v0_5
