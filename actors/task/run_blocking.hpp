#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <utility>

namespace sweet::inline v0_5 {

template <class F, class... Args>
auto task_context::run_blocking(F&& f, Args&&... args) const {
  static_assert(!detail::is_async<detail::body_result<F, Args...>>,
                "a coroutine suspends instead of blocking: spawn() it, or run a callable");
  using value = detail::body_value<F, Args...>;
  detail::cell& child = detail::make_callable(std::forward<F>(f), std::forward<Args>(args)...);
  detail::set_blocking(child);
  detail::start_child(*cell_, child);
  return detail::handle_access::make<child_task<value>>(child);
}

} // namespace sweet::inline v0_5
