// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/error_strategy.hpp>

#include <sweet/strategies/recovery/retry_policy.hpp>

namespace sweet::inline v0_5 {

error_strategy::decision error_strategy::decide(const task_error& error,
                                                std::uint32_t failed_attempts,
                                                double random) const {
  switch (kind_) {
    case kind::stop: return {action::stop};
    case kind::go_on: return {action::go_on};
    case kind::custom: return {goes_on_(error) ? action::go_on : action::stop};
    case kind::retry: break;
  }
  const auto wait = retry_policy{further_, wait_}.next(error, failed_attempts,
                                                       std::chrono::nanoseconds::max(), random);
  if (!wait)
    return {action::go_on};
  return {action::try_again, *wait};
}

} // namespace sweet::inline v0_5
