#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/semaphore.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

#include <cstddef>
#include <functional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

/// A body with the permit by which it was let in: the permit goes back with the captures, when the
/// task has ended.
template <class F>
struct admitted_body {
  template <class... Args>
    requires std::is_invocable_v<F&, Args...>
  std::invoke_result_t<F&, Args...> operator()(Args&&... args) & {
    return std::invoke(body, std::forward<Args>(args)...);
  }
  template <class... Args>
    requires std::is_invocable_v<F, Args...>
  std::invoke_result_t<F, Args...> operator()(Args&&... args) && {
    return std::invoke(std::move(body), std::forward<Args>(args)...);
  }

  semaphore_permit permit;
  F body;
};

} // namespace detail

/// What child_limit::spawn() returns: the wait until there is room for a child. It gives the
/// child_task.
///
/// A wait that is stopped has started no child.
template <class F, class... Args>
class [[nodiscard]] child_admission {
public:
  /// What the wait gives.
  using value_type = child_task<detail::body_value<F, Args...>>;

  /// Makes a wait that has not begun. For the library.
  template <class G, class... As>
  child_admission(task_context ctx, const semaphore& room, G&& body, As&&... args)
      : ctx_(ctx), wait_(room.acquire()), body_(std::forward<G>(body)),
        args_(std::forward<As>(args)...) {}

  /// Waits until there is room, and starts the child: `auto child = co_await limit.spawn(f)`.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws cancelled if the task was killed
  /// @throws std::bad_alloc
  auto operator co_await() noexcept { return awaiter{wait_.operator co_await(), *this}; }

  /// Blocks until there is room, and starts the child; for bodies that are no coroutines, see
  /// child_task::await().
  /// @throws cancelled if the task is cancelled meanwhile, or has been
  /// @throws task_failure with resource_limit if 512 bodies block already
  /// @throws std::bad_alloc
  value_type await() { return start(wait_.await()); }

private:
  value_type start(semaphore_permit permit) {
    return std::apply(
        [&](Args&... args) {
          return ctx_.spawn(detail::admitted_body<F>{std::move(permit), std::move(body_)},
                            std::move(args)...);
        },
        args_);
  }

  using wait = operation<detail::acquire_arm>;
  struct awaiter {
    decltype(std::declval<wait&>().operator co_await()) permit;
    child_admission& admission;

    bool await_ready() const noexcept { return permit.await_ready(); }
    bool await_suspend(detail::awaiting_task h) { return permit.await_suspend(h); }
    value_type await_resume() { return admission.start(permit.await_resume()); }
  };

  task_context ctx_;
  wait wait_;
  F body_;
  [[no_unique_address]] std::tuple<Args...> args_;
};

/// Lets a task have a limited number of children at a time; task_context::max_children() makes it.
///
///     auto limit = ctx.max_children(100);
///     for (auto& request : requests) {
///       auto child = co_await limit.spawn(answer, request); // waits while there are 100
///       ...
///
/// Counted are the children that were started through this limit, and through its copies, until
/// they have ended. Those who wait are let in in the order in which they came. For the body of the
/// task only. A semaphore does the same for tasks of several parents.
class child_limit {
public:
  /// Makes a limit for the task of `ctx`.
  /// @throws std::invalid_argument if `n` is above semaphore::max_permits
  child_limit(task_context ctx, std::size_t n) : ctx_(ctx), room_(n), most_(n) {}

  /// Starts `f(task_context, args...)` or `f(args...)` as a child as soon as fewer than the allowed
  /// number are there. With a limit of 0 that is never.
  /// @returns a child_admission, to be awaited at once, and once: it gives the child_task
  template <class F, class... Args>
  auto spawn(F&& f, Args&&... args) const {
    check<F, Args...>();
    return child_admission<std::decay_t<F>, std::decay_t<Args>...>{ctx_, room_, std::forward<F>(f),
                                                                   std::forward<Args>(args)...};
  }

  /// Starts `f(task_context, args...)` or `f(args...)` as a child if there is room for it and
  /// nobody waits.
  /// @returns the child_task; error_code::resource_limit otherwise
  /// @throws cancelled if the task was killed
  /// @throws std::bad_alloc
  template <class F, class... Args>
  auto try_spawn(F&& f, Args&&... args) const
      -> task_result<child_task<detail::body_value<F, Args...>>> {
    check<F, Args...>();
    auto permit = room_.try_acquire();
    if (!permit)
      return task_error{error_code::resource_limit,
                        "no room for a child: " + std::to_string(most_) +
                            " of the child_limit are there, which is all that it allows"};
    return ctx_.spawn(detail::admitted_body<std::decay_t<F>>{std::move(permit), std::forward<F>(f)},
                      std::forward<Args>(args)...);
  }

  /// Returns how many children more there may be at the moment.
  std::size_t room() const noexcept { return room_.available(); }

private:
  template <class F, class... Args>
  static constexpr void check() {
    static_assert(!detail::is_async<detail::body_result<F, Args...>> ||
                      !detail::copies_object<std::decay_t<F>, std::decay_t<Args>...>,
                  "a coroutine that is a member function refers to its object, which is not copied "
                  "into the task: give a pointer to an object that outlives the task, or make the "
                  "body a lambda that is a coroutine and holds the object");
  }

  task_context ctx_;
  semaphore room_;
  std::size_t most_;
};

inline child_limit task_context::max_children(std::size_t n) const {
  return {*this, n};
}

} // namespace sweet::inline v0_5
