#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/body_value.hpp>
#include <sweet/actors/task/child_awaiter.hpp>
#include <sweet/actors/task/reply.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/messages/type_text.hpp>

#include <coroutine>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

template <class T>
class async_promise;
struct handle_access;

} // namespace detail

/// A coroutine as the body of a task: it suspends its task, never a thread.
///
/// Calling such a coroutine makes the task but does not start it. Give the function to spawn(), or
/// await what the call returns, which starts it as a child of the awaiting task:
///
///     sweet::async<int> twice(sweet::task_context, int x) { co_return 2 * x; }
///     sweet::async<int> thrice(sweet::task_context ctx, int x) {
///       auto child = ctx.spawn(twice, x);      // runs beside this task
///       co_return x + co_await child;
///     }
///
/// The task_context, if the coroutine wants one, is a parameter by value; it becomes the new task's
/// own, whichever context the caller passes. A task that is never started is destroyed.
/// @tparam T the type of the value; may be void
template <class T = void>
class [[nodiscard]] async {
public:
  /// The promise of the coroutine.
  using promise_type = detail::async_promise<T>;
  /// The type of the value of the task.
  using value_type = T;

  /// Takes over the task of `other`, which has none afterwards.
  async(async&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  /// Destroys the task of this object, and takes over that of `other`.
  async& operator=(async other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  /// Destroys the task if it was not started.
  ~async() {
    if (cell_ != nullptr)
      detail::discard(*cell_);
  }

  /// Tells whether there is a task that can be started. Without one, `co_await` throws
  /// std::logic_error.
  explicit operator bool() const noexcept { return cell_ != nullptr; }

  /// Starts the task as a child of the awaiting task and waits for its end: `co_await f(ctx, x)`
  /// gives its value.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if the child fails
  auto operator co_await() && {
    detail::cell& task = detail::task_of_handle(cell_);
    cell_ = nullptr;
    return detail::start_and_await<T>{task};
  }

  /// Gives the unstarted task up to the caller. For the library.
  detail::cell& release() noexcept { return *std::exchange(cell_, nullptr); }

private:
  friend detail::async_promise<T>;
  friend struct detail::handle_access;

  explicit async(detail::cell& c) noexcept : cell_(&c) {}

  detail::cell* cell_;
};

namespace detail {

template <class Arg>
inline constexpr bool is_context_reference =
    std::is_reference_v<Arg> && std::is_same_v<std::remove_cvref_t<Arg>, task_context>;

template <class Arg>
void bind_context(const Arg&, cell&) noexcept {}

// The first task_context among the parameters of a body becomes its own. Any other one, such as
// that of a task above, stays as the caller has passed it.
template <class... Args>
void bind_parameters(cell& c, const Args&... args) noexcept {
  bool bound = false;
  const auto bind = [&]<class Arg>(const Arg& arg) {
    if constexpr (!std::is_same_v<Arg, task_context>)
      bind_context(arg, c);
    else if (!std::exchange(bound, true))
      context_access::bind(arg, c);
  };
  (bind(args), ...);
}

/// The base of the promises of all value types. The coroutine's frame is the body of a task:
/// operator new makes the whole task.
class async_promise_base {
public:
  static void* operator new(std::size_t size) { return make_task(size).body(); }
  static void operator delete(void* frame, std::size_t) noexcept {
    // The frame of a task goes with its task. Without operations there is no task yet: a parameter
    // has thrown while it was copied into the frame.
    cell& c = cell::of_body(frame);
    if (c.ops == nullptr)
      free_task(c);
  }

  /// Lets an awaitable pass as it is, lvalue or temporary, if the library can wake a task for it.
  template <class Awaitable>
  Awaitable&& await_transform(Awaitable&& x) const noexcept {
    static_assert(
        task_awaitable<Awaitable>,
        "a sweet::async can co_await what sweet gives: a task, an async (a variable by "
        "std::move), a sleep, an event, a message, a group's next(), a combinator. An "
        "awaitable of another library knows nothing of tasks and could not wake this one: "
        "let it set a sweet::async_event, and await that");
    return static_cast<Awaitable&&>(x);
  }

  /// `co_await fails_with{error}` ends a coroutine of the library as throwing it would, at a tenth
  /// of the price; it does not return.
  auto await_transform(fails_with failure) noexcept {
    struct awaiter {
      async_promise_base& promise;
      fails_with failure;
      bool await_ready() const noexcept { return false; }
      void await_suspend(awaiting_task who) const noexcept {
        promise.finish(capture_outcome(who.task(), failure.error()));
      }
      void await_resume() const noexcept {}
    };
    return awaiter{*this, std::move(failure)};
  }

  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }

  step outcome() const noexcept { return outcome_; }

protected:
  void finish(step outcome) noexcept { outcome_ = outcome; }

private:
  step outcome_ = step::suspended;
};

template <class T>
struct async_body {
  using handle = std::coroutine_handle<async_promise<T>>;

  static step run(cell& c) noexcept {
    const auto h = handle::from_address(c.body());
    h.resume();
    return h.promise().outcome();
  }

  static void destroy(cell& c) noexcept {
    const auto h = handle::from_address(c.body());
    if constexpr (is_small_value<T>) {
      h.destroy();
    } else {
      if (h.promise().outcome() != step::value)
        return h.destroy();
      // The value is to lie where the frame is.
      T value = std::move(h.promise().value());
      h.destroy();
      new (c.body()) T(std::move(value));
      c.has_value(true);
    }
  }

  /// A table for each list of parameters, which says more about the coroutine than T does.
  template <class... Args>
  static constexpr body_ops ops{&run,
                                &destroy,
                                destroy_value_op<T>,
                                &reply_with_value<T>,
                                nullptr,
                                type_text<async<T>(Args...)>()};
};

template <class T>
class async_promise final : public async_promise_base {
public:
  template <class... Args>
  explicit async_promise(const Args&... args) noexcept {
    check_value_type<T>();
    bind_parameters(self(), args...);
    self().ops = &async_body<T>::template ops<Args...>;
  }

  async<T> get_return_object() noexcept { return async<T>{self()}; }

  void unhandled_exception() noexcept { finish(capture_exception(self())); }

  /// Takes a value that converts to T implicitly, a task_result or a task_error.
  template <class U = T>
  void return_value(U&& given) {
    using type = std::remove_cvref_t<U>;
    if constexpr (std::is_same_v<type, T>) {
      store(std::forward<U>(given));
    } else if constexpr (std::is_convertible_v<U, task_error>) {
      finish(capture_error(self(), std::forward<U>(given)));
    } else if constexpr (std::is_same_v<type, task_result<T>>) {
      if (given.is_ok())
        store(std::forward<U>(given).value());
      else
        finish(capture_error(self(), given.error()));
    } else {
      static_assert(
          !is_task_result<type>,
          "co_return of a task_result<U> in a sweet::async<T> wants U to be T: return its "
          "value(), or map() it");
      static_assert(
          std::is_convertible_v<U, T>,
          "co_return in a sweet::async<T> takes what converts to T implicitly, a "
          "task_result<T> or a task_error: write an explicit conversion down, as in T{x}; "
          "the value of another task comes by co_return co_await task");
      store(convert<T>(std::forward<U>(given)));
    }
  }

  T& value() noexcept { return *value_; }

private:
  struct nothing {};

  template <class U>
  void store(U&& value) {
    static_assert(std::is_constructible_v<T, U>,
                  "the value cannot be copied: hand it on by co_return std::move(x)");
    if constexpr (is_small_value<T>)
      write_small_value<T>(self(), value);
    else
      value_.emplace(std::forward<U>(value));
    finish(step::value);
  }

  cell& self() noexcept {
    return cell::of_body(async_body<T>::handle::from_promise(*this).address());
  }

  [[no_unique_address]] std::conditional_t<is_small_value<T>, nothing, std::optional<T>> value_;
};

template <>
class async_promise<void> final : public async_promise_base {
public:
  template <class... Args>
  explicit async_promise(const Args&... args) noexcept {
    bind_parameters(self(), args...);
    self().ops = &async_body<void>::ops<Args...>;
  }

  async<void> get_return_object() noexcept { return async<void>{self()}; }

  void unhandled_exception() noexcept { finish(capture_exception(self())); }
  void return_void() noexcept { finish(step::value); }

private:
  cell& self() noexcept {
    return cell::of_body(async_body<void>::handle::from_promise(*this).address());
  }
};

} // namespace detail

} // namespace sweet::inline v0_5

/// Makes a function that returns sweet::async a body of a task, and checks its parameters as they
/// are declared.
template <class T, class... Args>
struct std::coroutine_traits<sweet::async<T>, Args...> {
  static_assert(
      !(sweet::detail::is_context_reference<Args> || ...),
      "a coroutine takes its task_context by value: a reference would be to the context of "
      "the caller, which is another task's and may be gone");
  /// The promise of the coroutine.
  using promise_type = sweet::detail::async_promise<T>;
};
