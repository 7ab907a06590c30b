// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/time_limits.hpp>

#include <sweet/messages/task_error.hpp>

#include <atomic>

namespace sweet::inline v0_5::detail {

task_error deadline_error() noexcept {
  return error_or_spare(error_code::timeout,
                        [] { return task_error{error_code::timeout, "not done by its deadline"}; });
}

task_error queue_error() noexcept {
  return error_or_spare(error_code::timeout, [] {
    return task_error{error_code::timeout, "not started within its queue timeout"};
  });
}

task_error overstepped(const time_limits& limits) noexcept {
  if (limits.queue_time_passed.load(std::memory_order_relaxed))
    return queue_error();
  if (limits.deadline_passed.load(std::memory_order_relaxed))
    return deadline_error();
  return {};
}

} // namespace sweet::inline v0_5::detail
