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

namespace sweet::inline v0_5 {

/// The settings that the builders of all tasks share.
///
/// Builders are values: each call returns a new one. Nothing runs before an execution verb such as
/// run(), and a builder can start its task any number of times.
/// @tparam Derived the builder; has a value_type, its task_traits as `traits`, and
/// `rebuild<traits>(options)`, which makes a builder with these
template <class Derived>
class async_task_builder {
public:
  /// Names the task in snapshots, logs and errors. Default: no name.
  auto name(std::string name) const {
    return with([&](detail::task_options& o) { o.name = std::move(name); });
  }

  /// Sets the urgency of the task, which is fixed when it starts. Default: the priority of the
  /// parent; `normal` for a top-level task.
  auto priority(task_priority priority) const {
    return with([&](detail::task_options& o) { o.priority = priority; });
  }

  /// Limits the time of one attempt, from the start of its body to the end of its children.
  /// Default: no limit.
  /// When the time is over, the attempt is cancelled gracefully, and fails with error_code::timeout
  /// once it has ended.
  /// @throws std::invalid_argument unless `timeout` is positive
  auto timeout(std::chrono::nanoseconds timeout) const {
    detail::check_duration("timeout()", timeout);
    return with([&](detail::task_options& o) { o.attempt.timeout = timeout; });
  }

  /// Limits the time from run() to the end of the task, whatever the task waits for. Default: no
  /// limit; the earlier one of its own and its parent's deadline counts.
  /// When the time is over, the handle of the task has error_code::timeout at that moment. The task
  /// is cancelled gracefully, and its parent still waits for its end.
  /// @throws std::invalid_argument unless `d` is positive
  auto deadline(std::chrono::nanoseconds d) const {
    detail::check_duration("deadline()", d);
    return with([&](detail::task_options& o) { o.deadline = d; });
  }

  /// Limits the time until the first turn of the task. A task that has not started by then fails
  /// with error_code::timeout. Default: no limit.
  /// @throws std::invalid_argument unless `d` is positive
  auto queue_timeout(std::chrono::nanoseconds d) const {
    detail::check_duration("queue_timeout()", d);
    return with([&](detail::task_options& o) { o.queue_timeout = d; });
  }

  /// Sets how long the cancelled task has to stop before the level of its cancellation rises by
  /// itself. Default: 5 s from graceful to kill, 1 s from kill to kill_hard.
  auto rise_after(cancellation_times times) const {
    return with([&](detail::task_options& o) { o.attempt.rise_after = times; });
  }

  /// Registers a clean-up before the body starts; see task_context::on_cancel(). The clean-up also
  /// runs if the task is cancelled before its body starts.
  /// @pre `f` can be copied: each task of the builder gets a copy
  template <class F>
  auto on_cancel(F&& f, when_cancelled when = when_cancelled::graceful) const {
    return with([&](detail::task_options& o) {
      o.cleanups.push_back(
          std::make_shared<detail::cleanup_option_of<std::decay_t<F>>>(std::forward<F>(f), when));
    });
  }

  /// Sets where relative paths of the task and of the tasks below it start; see
  /// task_context::working_directory(). A relative `path` starts at the directory of the parent.
  /// Default: the directory of the parent.
  auto working_directory(std::string path) const {
    return with([&](detail::task_options& o) { o.working_directory = std::move(path); });
  }

  /// Limits how many messages may wait in the mailbox of the task; further ones are refused, see
  /// child_task::send(). Default: 1,000.
  /// @throws std::invalid_argument unless `limit` is positive
  auto mailbox(std::size_t limit) const {
    detail::check_mailbox_limit(limit);
    return with([&](detail::task_options& o) { o.mailbox_limit = limit; });
  }

  /// Measures what the task costs, and so for the tasks below it; handles and the context give the
  /// task_metrics. Default: as the parent; off for a top-level task.
  auto metrics(bool on = true) const {
    return with([&](detail::task_options& o) { o.metrics = on; });
  }

  /// Reports each step of the task, and of the tasks below it, to runtime_options::trace. Default:
  /// as the parent; off for a top-level task.
  auto tracing(bool on = true) const {
    return with([&](detail::task_options& o) { o.tracing = on; });
  }

  /// Tries the task again after a failed attempt. Default: no further attempts.
  ///
  /// Each attempt runs a copy of the body and its arguments, with a stop token and children of its
  /// own. It starts once the attempt before has ended with all its children and the delay is over.
  /// retry_policy::next() says which errors lead to another attempt. Between attempts the task is
  /// `running`; once it is cancelled, there are no more attempts.
  /// @param further how many attempts after the first one
  /// @param wait the delays between attempts
  /// @param only_if narrows the errors that lead to another attempt; an exception of it fails the
  /// task
  auto retry(std::uint32_t further, backoff wait = backoff::exponential(),
             retry_policy::predicate only_if = {}) const {
    return with_recovery<detail::body_calls::repeated>([&](detail::recovery_plan& plan) {
      plan.retry = retry_policy{further, wait, std::move(only_if)};
    });
  }

  /// Computes the value of the task from the error of its last attempt.
  ///
  /// `f(const task_error&)` or `f(task_context, const task_error&)` is called once, and returns a
  /// T, a `task_result<T>` or an `async<T>`. If it fails too, the task fails with
  /// error_code::recovery_failed, and both errors are the causes. It is not called if the task is
  /// cancelled. The fallback of a blocking() task may block, too.
  template <class F>
  auto fallback(F&& f) const {
    return with_recovery<detail::body_calls::once>([&](detail::recovery_plan& plan) {
      plan.fallback =
          detail::fallback_maker<typename Derived::value_type, std::decay_t<F>>{std::forward<F>(f)};
    });
  }

  /// Makes each attempt a call through `breaker`. While the breaker is open, the task makes no more
  /// attempts: it fails with error_code::rejected, or falls back.
  auto circuit_breaker(sweet::circuit_breaker breaker) const {
    return with_recovery<detail::body_calls::once>(
        [&](detail::recovery_plan& plan) { plan.breaker = std::move(breaker); });
  }

  /// Makes each attempt take a token of `limit`, and wait for it before it starts.
  auto rate_limit(sweet::rate_limit limit) const {
    return with_recovery<detail::body_calls::once>(
        [&](detail::recovery_plan& plan) { plan.limit = std::move(limit); });
  }

protected:
  /// Makes a builder with the default settings.
  async_task_builder() = default;
  /// Makes a builder with these settings.
  explicit async_task_builder(detail::task_options options) : options_(std::move(options)) {}

  /// Returns the settings.
  const detail::task_options& options() const noexcept { return options_; }

  /// Returns a copy of the builder with the settings that `change` has changed.
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

} // namespace sweet::inline v0_5
