#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/token_bucket.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace sweet {

class runtime;

namespace detail {

class task_home;
struct shared_bucket;

} // namespace detail

/// How often all who share it may do something: a token bucket.
///
///     sweet::rate_limit limit{rt, {.per_second = 10, .burst = 5}};
///     co_await ctx.sleep_for(limit.take()); // in a coroutine, before each request
///
/// A handle: copies are the same limit. Any thread. It goes by the clock of its runtime, and is not
/// used after that has ended; it may be destroyed later.
class rate_limit {
public:
  /// @throws std::invalid_argument if an option is out of its range
  explicit rate_limit(runtime& rt, rate_limit_options options = {});

  /// Takes a token, which cannot be given back. @returns how long to wait before using it: those
  /// who wait are served in the order in which they took
  std::chrono::nanoseconds take();

  /// The same if the wait is shorter than `limit`; else takes nothing and @returns nothing.
  std::optional<std::chrono::nanoseconds> take_within(std::chrono::nanoseconds limit);

  /// For the library: whose clock it goes by.
  const detail::task_home& home() const noexcept;

private:
  std::shared_ptr<detail::shared_bucket> bucket_;
};

} // namespace sweet
