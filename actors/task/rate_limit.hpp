#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/rate_limit_options.hpp>

#include <chrono>
#include <memory>
#include <optional>

namespace sweet::inline v0_5 {

class runtime;

namespace detail {

class task_home;
struct shared_bucket;

} // namespace detail

/// Limits how often the tasks that share it may do something: a token bucket.
///
///     sweet::rate_limit limit{rt, {.per_second = 10, .burst = 5}};
///     co_await ctx.sleep_for(limit.take()); // in a coroutine, before each request
///
/// A handle: copies are the same limit. Any thread. It goes by the clock of its runtime, and must
/// not be used after the end of the runtime; it may be destroyed later.
class rate_limit {
public:
  /// Makes a limit that goes by the clock of `rt`.
  /// @throws std::invalid_argument if an option is out of its range
  explicit rate_limit(runtime& rt, rate_limit_options options = {});

  /// Takes a token, which cannot be given back.
  /// @returns how long to wait before using it; callers are served in the order in which they took
  /// tokens
  std::chrono::nanoseconds take();

  /// Takes a token, which cannot be given back, if the wait for it is shorter than `limit`.
  /// @returns how long to wait before using it; empty if no token was taken
  std::optional<std::chrono::nanoseconds> take_within(std::chrono::nanoseconds limit);

  /// Returns the home of the tasks whose clock the limit goes by. For the library.
  const detail::task_home& home() const noexcept;

private:
  std::shared_ptr<detail::shared_bucket> bucket_;
};

} // namespace sweet::inline v0_5
