#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/continuations.hpp>
#include <sweet/actors/task/followed_task.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/messages/task_result.hpp>

#include <type_traits>
#include <utility>

// Defines chain(), map(), and_then(), map_err() and or_else() of both handles. Each makes one more
// task, a link, which waits for the task before it and goes on from the outcome.

namespace sweet::inline v0_5 {

namespace detail {

/// How a link calls its function: with the value of the task before it, if there is one.
template <class F, class T>
struct value_call : body_call<F, T> {};
template <class F>
struct value_call<F, void> : body_call<F> {};

/// Starts the coroutine that the link's function has returned, as a child of the link.
template <class U>
auto run_as_child(task_context ctx, async<U> body) {
  cell& child = body.release();
  set_contained(child); // its error is the link's
  start_child(context_access::get(ctx), child);
  return handle_access::make<child_task<U>>(child);
}

template <class T>
T pass_value(task_result<T>&& outcome) {
  if (outcome.is_err())
    throw fails_with{outcome.error()};
  if constexpr (!std::is_void_v<T>)
    return std::move(outcome).value();
}

/// Calls a function that is no coroutine. @throws fails_with if it returns an error
template <class Invoke>
typename value_of<std::invoke_result_t<Invoke>>::type value_of_call(const Invoke& invoke) {
  using result = std::invoke_result_t<Invoke>;
  if constexpr (is_expected<result>)
    return pass_value(from_expected(invoke()));
  else if constexpr (is_task_result<result>)
    return pass_value(invoke());
  else
    return invoke();
}

/// A link that calls its function with the value; an error skips it.
template <class U, class T, class F>
async<U> link_by_value(task_context ctx, followed_task<T> previous, F f) {
  using call = value_call<F, T>;
  auto outcome = co_await previous.result();
  previous.let_go();
  if (outcome.is_err())
    throw fails_with{outcome.error()};
  const auto invoke = [&] {
    if constexpr (std::is_void_v<T>)
      return call::invoke(std::move(f), ctx);
    else
      return call::invoke(std::move(f), ctx, std::move(outcome).value());
  };
  if constexpr (is_async<typename call::result>) {
    auto child = run_as_child(ctx, invoke());
    co_return pass_value(co_await child.result());
  } else {
    co_return value_of_call(invoke);
  }
}

/// A link that calls its function with the error, unless that is a cancellation; a value skips it.
template <class T, class F>
async<T> link_by_error(task_context ctx, followed_task<T> previous, F f) {
  using call = body_call<F, task_error>;
  auto outcome = co_await previous.result();
  previous.let_go();
  if (outcome.is_ok() || outcome.error().code() == error_code::cancelled)
    co_return pass_value(std::move(outcome));
  const auto invoke = [&] { return call::invoke(std::move(f), ctx, task_error{outcome.error()}); };
  if constexpr (std::is_same_v<typename call::result, task_error>) {
    throw fails_with{some_error(invoke())};
  } else if constexpr (is_async<typename call::result>) {
    auto child = run_as_child(ctx, invoke());
    co_return pass_value(co_await child.result());
  } else {
    co_return value_of_call(invoke);
  }
}

template <class T, class F>
auto make_value_link(F&& f) {
  return [f = std::forward<F>(f)](followed_task<T> previous) mutable {
    using function = std::decay_t<F>;
    return link_by_value<typename value_call<function, T>::value, T, function>(
        context_access::unbound(), std::move(previous), std::move(f));
  };
}

template <class T, class F>
auto make_error_link(F&& f) {
  return [f = std::forward<F>(f)](followed_task<T> previous) mutable {
    return link_by_error<T, std::decay_t<F>>(context_access::unbound(), std::move(previous),
                                             std::move(f));
  };
}

/// Gives a link, before it is started, the priority and the deadline of the task before it.
void make_alike(cell& link, cell& previous);

/// Starts a link behind `previous`, as its sibling.
template <class T, class Make>
auto append_link(const spawning_task<T>& previous, Make make) {
  cell& before = task_of_handle(handle_access::find(previous));
  const runtime_hold held{before};
  held.check();
  spawn_target target{home_of(before)};
  auto link = make(followed_task{previous});
  using handle = spawning_task<typename decltype(link)::value_type>;
  make_alike(*handle_access::find(link), before);
  cell& c = link.release();
  start_top_level(c);
  return handle_access::make<handle>(c);
}

template <class T, class Make>
auto append_link(child_task<T>&& previous, Make make) {
  const child_task<T> taken_over = std::move(previous);
  cell& before = task_of_handle(handle_access::find(taken_over));
  auto link = make(followed_task{taken_over.share()});
  using handle = child_task<typename decltype(link)::value_type>;
  make_alike(*handle_access::find(link), before);
  cell& c = link.release();
  start_limited_child(*before.parent.load(std::memory_order_relaxed), c);
  return handle_access::make<handle>(c);
}

template <class Handle>
constexpr void check_copyable() {
  static_assert(std::is_copy_constructible_v<Handle>,
                "a link takes a child_task over: write std::move(child).chain(f)");
}

template <class R>
inline constexpr bool may_be_error = is_task_result<R> || is_expected<R> || is_async<R>;

template <class F, class T>
constexpr void check_map() {
  static_assert(!may_be_error<typename value_call<std::decay_t<F>, T>::result>,
                "map() wants a function that returns a plain value; for one that returns a "
                "task_result or an async use and_then() or chain()");
}

template <class F, class T>
constexpr void check_and_then() {
  static_assert(may_be_error<typename value_call<std::decay_t<F>, T>::result>,
                "and_then() wants a function that returns a task_result, a caf::expected or an "
                "async; for one that returns a plain value use map() or chain()");
}

template <class F>
constexpr void check_map_err() {
  static_assert(
      std::is_same_v<typename body_call<std::decay_t<F>, task_error>::result, task_error>,
      "map_err() wants a function that returns a task_error; for one that returns what to "
      "go on with use or_else()");
}

template <class F, class T>
constexpr void check_or_else() {
  static_assert(std::is_same_v<typename body_call<std::decay_t<F>, task_error>::value, T>,
                "or_else() wants a function that returns what the task before it returns: T, "
                "task_result<T>, caf::expected<T> or async<T>");
}

} // namespace detail

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::chain(F&& f) const& {
  detail::check_copyable<Handle>();
  return detail::append_link(static_cast<const Handle&>(*this),
                             detail::make_value_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::chain(F&& f) && {
  return detail::append_link(static_cast<Handle&&>(*this),
                             detail::make_value_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::map(F&& f) const& {
  detail::check_copyable<Handle>();
  detail::check_map<F, T>();
  return detail::append_link(static_cast<const Handle&>(*this),
                             detail::make_value_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::map(F&& f) && {
  detail::check_map<F, T>();
  return detail::append_link(static_cast<Handle&&>(*this),
                             detail::make_value_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::and_then(F&& f) const& {
  detail::check_copyable<Handle>();
  detail::check_and_then<F, T>();
  return detail::append_link(static_cast<const Handle&>(*this),
                             detail::make_value_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::and_then(F&& f) && {
  detail::check_and_then<F, T>();
  return detail::append_link(static_cast<Handle&&>(*this),
                             detail::make_value_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::map_err(F&& f) const& {
  detail::check_copyable<Handle>();
  detail::check_map_err<F>();
  return detail::append_link(static_cast<const Handle&>(*this),
                             detail::make_error_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::map_err(F&& f) && {
  detail::check_map_err<F>();
  return detail::append_link(static_cast<Handle&&>(*this),
                             detail::make_error_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::or_else(F&& f) const& {
  detail::check_copyable<Handle>();
  detail::check_or_else<F, T>();
  return detail::append_link(static_cast<const Handle&>(*this),
                             detail::make_error_link<T>(std::forward<F>(f)));
}

template <class Handle, class T>
template <class F>
auto continuations<Handle, T>::or_else(F&& f) && {
  detail::check_or_else<F, T>();
  return detail::append_link(static_cast<Handle&&>(*this),
                             detail::make_error_link<T>(std::forward<F>(f)));
}

} // namespace sweet::inline v0_5
