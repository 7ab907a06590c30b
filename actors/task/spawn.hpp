#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <utility>

namespace sweet::inline v0_5 {

/// Starts `f(task_context, args...)` or `f(args...)` as a child of the task of `ctx`.
///
/// `f` returns T, `task_result<T>`, `caf::expected<T>` or `async<T>`; an exception is a failure.
/// `f` and the arguments are copied or moved into the task.
/// @returns `child_task<T>`
/// @throws cancelled if the task of `ctx` was killed
/// @throws std::bad_alloc
template <class F, class... Args>
auto spawn(task_context ctx, F&& f, Args&&... args) {
  using value = detail::body_value<F, Args...>;
  detail::cell& child = detail::make_body(std::forward<F>(f), std::forward<Args>(args)...);
  detail::start_child(detail::context_access::get(ctx), child);
  return detail::handle_access::make<child_task<value>>(child);
}

namespace detail {

/// Starts a top-level task for parts of the library that know its home longer than its runtime.
template <class F, class... Args>
auto spawn_top_level(task_home& home, F&& f, Args&&... args) {
  using value = body_value<F, Args...>;
  spawn_target target{home};
  cell& task = make_body(std::forward<F>(f), std::forward<Args>(args)...);
  start_top_level(task);
  return handle_access::make<spawning_task<value>>(task);
}

} // namespace detail

/// Starts `f(task_context, args...)` or `f(args...)` as a task under the root of the runtime. Any
/// thread.
///
/// `f` returns T, `task_result<T>`, `caf::expected<T>` or `async<T>`; an exception is a failure.
/// `f` and the arguments are copied or moved into the task.
/// @returns `spawning_task<T>`
/// @throws std::logic_error in a process that fork() has made
/// @throws std::bad_alloc
template <class F, class... Args>
auto spawn(runtime& rt, F&& f, Args&&... args) {
  return detail::spawn_top_level(rt.home(), std::forward<F>(f), std::forward<Args>(args)...);
}

template <class F, class... Args>
auto task_context::spawn(F&& f, Args&&... args) const {
  return sweet::spawn(*this, std::forward<F>(f), std::forward<Args>(args)...);
}

template <class F, class... Args>
auto runtime::spawn(F&& f, Args&&... args) {
  return sweet::spawn(*this, std::forward<F>(f), std::forward<Args>(args)...);
}

} // namespace sweet::inline v0_5
