// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/rate_limit.hpp>

#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/strategies/flow/token_bucket.hpp>

#include <mutex>

namespace sweet::inline v0_5 {

struct detail::shared_bucket {
  shared_bucket(task_home& s, rate_limit_options options) : home(s), decisions(options) {}

  task_home& home;
  std::mutex mutex;
  token_bucket decisions; ///< guarded by the mutex
};

rate_limit::rate_limit(runtime& rt, rate_limit_options options)
    : bucket_(std::make_shared<detail::shared_bucket>(rt.home(), options)) {}

std::chrono::nanoseconds rate_limit::take() {
  std::lock_guard guard{bucket_->mutex};
  return bucket_->decisions.take(bucket_->home.timers().now());
}

std::optional<std::chrono::nanoseconds> rate_limit::take_within(std::chrono::nanoseconds limit) {
  std::lock_guard guard{bucket_->mutex};
  const auto now = bucket_->home.timers().now();
  if (bucket_->decisions.wait(now) >= limit)
    return std::nullopt;
  return bucket_->decisions.take(now);
}

const detail::task_home& rate_limit::home() const noexcept {
  return bucket_->home;
}

} // namespace sweet::inline v0_5
