#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/body_value.hpp>
#include <sweet/actors/task/called_signature.hpp>
#include <sweet/actors/task/reply.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/messages/type_text.hpp>

#include <caf/fwd.hpp>

#include <functional>
#include <memory>
#include <new>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// The value type of a task whose body returns R.
template <class R>
struct value_of {
  using type = R;
};
template <class T>
struct value_of<task_result<T>> {
  using type = T;
};
template <class T>
struct value_of<caf::expected<T>> {
  using type = T;
};
template <class T>
struct value_of<async<T>> {
  using type = T;
};

template <class R>
inline constexpr bool is_async = false;
template <class T>
inline constexpr bool is_async<async<T>> = true;

template <class R>
inline constexpr bool is_expected = false;
template <class T>
inline constexpr bool is_expected<caf::expected<T>> = true;

template <class Object>
inline constexpr bool is_reference_wrapper = false;
template <class T>
inline constexpr bool is_reference_wrapper<std::reference_wrapper<T>> = true;

/// Whether a parameter of a coroutine refers to an argument, which is gone when the coroutine goes
/// on. What is given by std::ref or std::cref outlives it.
template <class Param, class Arg>
inline constexpr bool dangles = std::is_reference_v<Param> && !is_reference_wrapper<Arg>;

/// The arguments of a body.
template <class... Args>
struct body_arguments {
  /// Whether a function with these parameters, the context aside, keeps a reference to one of them.
  template <class R, class... Params>
  struct kept_by {
    static constexpr bool value = [] {
      if constexpr (sizeof...(Params) == sizeof...(Args))
        return (dangles<Params, Args> || ...);
      else
        return false;
    }();
  };
  template <class R, class... Params>
  struct kept_by<R, task_context, Params...> : kept_by<R, Params...> {};
};

/// Whether a coroutine keeps references to its arguments, as far as its parameters can be seen.
template <class F, class... Args>
inline constexpr bool keeps_references = false;
template <has_one_signature F, class... Args>
inline constexpr bool keeps_references<F, Args...> = called_signature<called_as<F>>::template apply<
    body_arguments<Args...>::template kept_by>::value;
template <class F, class Object, class... Args>
  requires std::is_member_function_pointer_v<F>
inline constexpr bool keeps_references<F, Object, Args...> =
    called_signature<F>::template apply<body_arguments<Args...>::template kept_by>::value;

/// Calls a body, with the context if it takes one.
template <class F, class... Args>
struct body_call {
  static constexpr bool with_context = std::is_invocable_v<F, task_context, Args...>;
  static_assert(with_context || std::is_invocable_v<F, Args...>,
                "a task's body is called as f(task_context, args...) or f(args...), with the "
                "arguments as rvalues; this one accepts neither: look at the number and the types "
                "of its parameters, and give what it takes by T& as std::ref");
  using result =
      typename std::conditional_t<with_context, std::invoke_result<F, task_context, Args...>,
                                  std::invoke_result<F, Args...>>::type;
  using value = typename value_of<result>::type;
  static_assert(
      !is_async<result> || !keeps_references<std::remove_cvref_t<F>, Args...>,
      "what gives a coroutine takes its arguments by value: who has given them has gone on when it "
      "goes on after a wait, and a reference would dangle. What outlives the task can be "
      "given by std::ref or std::cref");

  static result invoke(F&& f, task_context ctx, Args&&... args) {
    if constexpr (with_context)
      return std::invoke(std::forward<F>(f), ctx, std::forward<Args>(args)...);
    else
      return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
  }
};

/// A callable and its arguments as the body of a task. A value that is not small comes first, where
/// the task's handles look for it.
template <class F, class... Args>
class callable_body {
public:
  using call = body_call<F, Args...>;
  using value_type = typename call::value;

  template <class G, class... As>
  explicit callable_body(G&& f, As&&... args)
      : f_(std::forward<G>(f)), args_(std::forward<As>(args)...) {}

  static step run(cell& c) noexcept {
    auto& self = *static_cast<callable_body*>(c.body());
    try {
      return std::apply(
          [&](Args&... args) {
            auto ctx = context_access::of(c);
            if constexpr (std::is_void_v<typename call::result>) {
              call::invoke(std::move(self.f_), ctx, std::move(args)...);
              return step::value;
            } else {
              return store(c, call::invoke(std::move(self.f_), ctx, std::move(args)...));
            }
          },
          self.args_);
    } catch (...) {
      return capture_exception(c);
    }
  }

  static void destroy(cell& c) noexcept {
    auto& self = *static_cast<callable_body*>(c.body());
    std::destroy_at(std::addressof(self.args_));
    std::destroy_at(std::addressof(self.f_));
  }

  static constexpr bool is_trivial =
      std::is_trivially_destructible_v<F> && std::is_trivially_destructible_v<std::tuple<Args...>>;

  static constexpr body_ops ops{&run,
                                is_trivial ? nullptr : &destroy,
                                destroy_value_op<value_type>,
                                &reply_with_value<value_type>,
                                nullptr,
                                type_text<F>()};

private:
  struct nothing {};
  template <class T>
  struct room {
    alignas(T) std::byte bytes[sizeof(T)];
  };

  template <class R>
  static step store(cell& c, R&& result) {
    if constexpr (is_expected<R>)
      return store(c, from_expected(std::move(result)));
    else if constexpr (!is_task_result<R>)
      return store_value(c, std::move(result));
    else if (result.is_err())
      return capture_error(c, result.error());
    else if constexpr (std::is_void_v<value_type>)
      return step::value;
    else
      return store_value(c, std::move(result).value());
  }

  template <class V>
  static step store_value(cell& c, V&& value) {
    if constexpr (is_small_value<value_type>) {
      write_small_value<value_type>(c, value);
    } else {
      new (c.body()) value_type(std::forward<V>(value));
      c.has_value(true);
    }
    return step::value;
  }

  [[no_unique_address]] std::conditional_t<
      is_small_value<value_type>, nothing,
      room<std::conditional_t<std::is_void_v<value_type>, char, value_type>>> room_for_value_;
  F f_;
  [[no_unique_address]] std::tuple<Args...> args_;
};

/// Makes the task for a callable.
template <class F, class... Args>
cell& make_callable(F&& f, Args&&... args) {
  using body = callable_body<std::decay_t<F>, std::decay_t<Args>...>;
  check_value_type<typename body::value_type>();
  static_assert(alignof(body) <= cache_line, "a body may be aligned to 64 bytes at most");
  cell& c = make_task(sizeof(body));
  try {
    new (c.body()) body(std::forward<F>(f), std::forward<Args>(args)...);
  } catch (...) {
    free_task(c);
    throw;
  }
  c.ops = &body::ops;
  return c;
}

/// Whether a body is a member function that is called on an object and not through a pointer or a
/// std::reference_wrapper.
template <class F, class... Args>
inline constexpr bool copies_object = false;
template <class F, class Object, class... Args>
inline constexpr bool copies_object<F, Object, Args...> =
    std::is_member_function_pointer_v<F> && !std::is_pointer_v<Object> &&
    !is_reference_wrapper<Object>;

/// Makes the task for a coroutine. A lambda with captures has to live as long as the coroutine,
/// which refers to it: it moves to the heap and is destroyed with the task.
template <class F, class... Args>
cell& make_coroutine(F&& f, Args&&... args) {
  using function = std::decay_t<F>;
  static_assert(
      !copies_object<function, std::decay_t<Args>...>,
      "a coroutine that is a member function refers to its object, which is not copied into "
      "the task: give a pointer to an object that outlives the task, or make the body a "
      "lambda that is a coroutine and holds the object");
  using call = body_call<F, Args...>;
  if constexpr (std::is_empty_v<function> || !std::is_class_v<function>) {
    return call::invoke(std::forward<F>(f), context_access::unbound(), std::forward<Args>(args)...)
        .release();
  } else {
    using kept_call = body_call<function&, Args...>;
    auto kept = std::make_unique<function>(std::forward<F>(f));
    unstarted_task made{
        kept_call::invoke(*kept, context_access::unbound(), std::forward<Args>(args)...).release()};
    set_closure(*made, kept.get(), [](void* p) noexcept { delete static_cast<function*>(p); });
    static_cast<void>(kept.release());
    return made.release();
  }
}

template <class F, class... Args>
using body_result = typename body_call<std::decay_t<F>, std::decay_t<Args>...>::result;

/// Makes the task for any body; it is not started yet.
template <class F, class... Args>
cell& make_body(F&& f, Args&&... args) {
  if constexpr (is_async<body_result<F, Args...>>)
    return make_coroutine(std::forward<F>(f), std::forward<Args>(args)...);
  else
    return make_callable(std::forward<F>(f), std::forward<Args>(args)...);
}

template <class F, class... Args>
using body_value = typename value_of<body_result<F, Args...>>::type;

} // namespace sweet::inline v0_5::detail
