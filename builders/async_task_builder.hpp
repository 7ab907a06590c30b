#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/circuit_breaker.hpp>
#include <sweet/actors/task/rate_limit.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/builders/cleanup_option.hpp>
#include <sweet/builders/fallback_maker.hpp>
#include <sweet/builders/task_options.hpp>
#include <sweet/builders/task_traits.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/strategies/recovery/backoff.hpp>
#include <sweet/strategies/recovery/retry_policy.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace sweet {

/// What the builders of all tasks share. Builders are values: each call returns a new one, nothing
/// happens before an execution verb such as run(), and what a builder describes can be started any
/// number of times.
/// @tparam Derived the builder; has a value_type, its task_traits as `traits`, and
/// `rebuild<traits>(options)`, which makes a builder with these
template <class Derived>
class async_task_builder {
public:
  /// The name in snapshots and errors.
  auto name(std::string name) const {
    return with([&](detail::task_options& o) { o.name = std::move(name); });
  }

  /// Default: the parent's, `normal` for a top-level task. Fixed when the task starts.
  auto priority(task_priority priority) const {
    return with([&](detail::task_options& o) { o.priority = priority; });
  }

  /// How long one attempt may take from the start of its body to the end of its children; default:
  /// as long as it wants. When the time is over the attempt is cancelled gracefully, and fails with
  /// error_code::timeout once it has ended.
  /// @throws std::invalid_argument unless `timeout` is positive
  auto timeout(std::chrono::nanoseconds timeout) const {
    detail::check_duration("timeout()", timeout);
    return with([&](detail::task_options& o) { o.attempt.timeout = timeout; });
  }

  /// How long the task may take from run() to its end, whatever it waits for; the earlier one of
  /// its own and its parent's counts. When it is over the task's handle has error_code::timeout at
  /// that moment; the task is cancelled gracefully, and its parent still waits for its end.
  /// @throws std::invalid_argument unless `d` is positive
  auto deadline(std::chrono::nanoseconds d) const {
    detail::check_duration("deadline()", d);
    return with([&](detail::task_options& o) { o.deadline = d; });
  }

  /// How long the task may wait for its first turn; then it fails with error_code::timeout without
  /// having run.
  /// @throws std::invalid_argument unless `d` is positive
  auto queue_timeout(std::chrono::nanoseconds d) const {
    detail::check_duration("queue_timeout()", d);
    return with([&](detail::task_options& o) { o.queue_timeout = d; });
  }

  /// How long the task has to stop before its level rises by itself; default: 5 s and 1 s.
  auto rise_after(cancellation_times times) const {
    return with([&](detail::task_options& o) { o.attempt.rise_after = times; });
  }

  /// As task_context::on_cancel(), registered before the body starts; also called if it never does.
  /// @pre `f` can be copied: each task of the builder gets one
  template <class F>
  auto on_cancel(F&& f, when_cancelled when = when_cancelled::graceful) const {
    return with([&](detail::task_options& o) {
      o.cleanups.push_back(
          std::make_shared<detail::cleanup_option_of<std::decay_t<F>>>(std::forward<F>(f), when));
    });
  }

  /// Where relative paths of the task and those below it start, see
  /// task_context::working_directory(); a relative `path` is relative to the parent's. Default: the
  /// parent's.
  auto working_directory(std::string path) const {
    return with([&](detail::task_options& o) { o.working_directory = std::move(path); });
  }

  /// How many messages may wait to be received; default: 1,000. More are refused, see
  /// child_task::send().
  /// @throws std::invalid_argument unless `limit` is positive
  auto mailbox(std::size_t limit) const {
    detail::check_mailbox_limit(limit);
    return with([&](detail::task_options& o) { o.mailbox_limit = limit; });
  }

  /// Whether to measure what the task costs, see task_metrics; read by handles and the context.
  /// Default: no.
  auto metrics(bool on = true) const {
    return with([&](detail::task_options& o) { o.metrics = on; });
  }

  /// Whether what happens to the task is told to runtime_options::trace. Default: no.
  auto tracing(bool on = true) const {
    return with([&](detail::task_options& o) { o.tracing = on; });
  }

  /// So many further attempts if one fails; default: none. Each runs a copy of the body and its
  /// arguments, with a stop token and children of its own, and starts when the one before has ended
  /// with all its children and the delay is over; which errors are followed by another attempt says
  /// retry_policy::next(). The task stays `running` meanwhile; cancelled, it tries no further.
  /// @param only_if narrows the errors that are retried; what it throws fails the task
  auto retry(std::uint32_t further, backoff wait = backoff::exponential(),
             retry_policy::predicate only_if = {}) const {
    return with_recovery<detail::body_calls::repeated>([&](detail::recovery_plan& plan) {
      plan.retry = retry_policy{further, wait, std::move(only_if)};
    });
  }

  /// Called once in place of the last attempt's error, which it gets: `f(const task_error&)` or
  /// `f(task_context, const task_error&)` gives the value of the task, as a T, task_result<T> or
  /// async<T>. If it fails too, the task fails with error_code::recovery_failed and both errors as
  /// causes. Not called if the task is cancelled. That of a blocking() task may block, too.
  template <class F>
  auto fallback(F&& f) const {
    return with_recovery<detail::body_calls::once>([&](detail::recovery_plan& plan) {
      plan.fallback =
          detail::fallback_maker<typename Derived::value_type, std::decay_t<F>>{std::forward<F>(f)};
    });
  }

  /// Each attempt is a call through `breaker`: while that is open the task tries no further and
  /// fails with error_code::rejected, or falls back.
  auto circuit_breaker(sweet::circuit_breaker breaker) const {
    return with_recovery<detail::body_calls::once>(
        [&](detail::recovery_plan& plan) { plan.breaker = std::move(breaker); });
  }

  /// Each attempt takes a token of `limit` and waits for it before it starts.
  auto rate_limit(sweet::rate_limit limit) const {
    return with_recovery<detail::body_calls::once>(
        [&](detail::recovery_plan& plan) { plan.limit = std::move(limit); });
  }

protected:
  async_task_builder() = default;
  explicit async_task_builder(detail::task_options options) : options_(std::move(options)) {}

  const detail::task_options& options() const noexcept { return options_; }

  /// The same builder with options that `change` has changed.
  template <class F>
  auto with(F change) const {
    auto options = options_;
    change(options);
    return derived().template rebuild<Derived::traits>(std::move(options));
  }

private:
  template <detail::body_calls Calls, class F>
  auto with_recovery(F change) const {
    auto plan = options_.recovery ? *options_.recovery : detail::recovery_plan{};
    change(plan);
    auto options = options_;
    options.recovery = std::make_shared<const detail::recovery_plan>(std::move(plan));
    return derived().template rebuild<Derived::traits.with(Calls)>(std::move(options));
  }

  const Derived& derived() const noexcept { return static_cast<const Derived&>(*this); }

  detail::task_options options_;
};

} // namespace sweet
