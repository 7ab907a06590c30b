#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/strategies/supervision/child_failure.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

/// Checks a duration that `what` was given. @throws std::invalid_argument unless `d` is positive
void check_duration(const char* what, std::chrono::nanoseconds d);

/// Starts a body as a scope: a child whose failure is thrown where it is awaited.
template <class Prepare, class F>
auto start_scope(cell& parent, std::string name, Prepare prepare, F&& body) {
  unstarted_task made{make_body(std::forward<F>(body))};
  set_contained(*made);
  if (!name.empty())
    set_name(*made, std::move(name));
  prepare(*made);
  cell& child = made.release();
  lend_to_child(parent);
  start_limited_child(parent, child);
  return handle_access::make<child_task<body_value<F>>>(child);
}

template <class F>
class cleanup_of final : public cleanup {
public:
  cleanup_of(F f, bool essential) : cleanup(essential), f_(std::move(f)) {}
  cell& make() override { return make_body(std::move(f_)); }

private:
  F f_;
};

template <class F>
void add_cleanup(cell& c, F&& f, when_cancelled when) {
  side_of(c).cleanups.push_back(std::make_unique<cleanup_of<std::decay_t<F>>>(
      std::forward<F>(f), when == when_cancelled::graceful_or_kill));
}

} // namespace detail

template <class F>
auto task_context::scope(child_failure policy, F&& body) const {
  return scope({}, policy, std::forward<F>(body));
}

template <class F>
auto task_context::scope(std::string name, child_failure policy, F&& body) const {
  return detail::start_scope(
      *cell_, std::move(name),
      [policy](detail::cell& c) {
        if (policy == child_failure::collect)
          detail::set_collects(c);
      },
      std::forward<F>(body));
}

template <class F>
auto task_context::with_timeout(std::chrono::nanoseconds d, F&& body) const {
  return with_timeout({}, d, std::forward<F>(body));
}

template <class F>
auto task_context::with_timeout(std::string name, std::chrono::nanoseconds d, F&& body) const {
  detail::check_duration("with_timeout()", d);
  return detail::start_scope(
      *cell_, std::move(name), [d](detail::cell& c) { detail::set_timeout(c, d); },
      std::forward<F>(body));
}

template <class F>
auto task_context::shield(std::chrono::nanoseconds d, F&& body) const {
  return shield({}, d, std::forward<F>(body));
}

template <class F>
auto task_context::shield(std::string name, std::chrono::nanoseconds d, F&& body) const {
  detail::check_duration("shield()", d);
  return detail::start_scope(
      *cell_, std::move(name),
      [d](detail::cell& c) {
        detail::set_shield(c, cancellation_level::graceful);
        detail::limits_of(c).shield_time = d;
      },
      std::forward<F>(body));
}

template <class F>
void task_context::on_cancel(F&& f, when_cancelled when) const {
  detail::add_cleanup(*cell_, std::forward<F>(f), when);
}

} // namespace sweet::inline v0_5
