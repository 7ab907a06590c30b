#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/batch.hpp>
#include <sweet/actors/emit/collector.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/called_signature.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/event.hpp>
#include <sweet/messages/task_result.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

// How the handler of a receiver is called: it says by its parameters what it wants.

namespace sweet::inline v0_5::detail {

template <class A>
inline constexpr bool is_collector = false;
template <class T, class K>
inline constexpr bool is_collector<collector<T, K>> = true;
template <class A>
inline constexpr bool is_batch = false;
template <class E>
inline constexpr bool is_batch<batch<E>> = true;

/// Stands for the collector of a receiver that gives no results.
struct no_collector {
  explicit no_collector(const collector_target&) noexcept {}
  void flush() noexcept {}
  void begin_attempt() noexcept {}
  void commit() noexcept {}
  void roll_back() noexcept {}
  inlet* overdrawn() noexcept { return nullptr; }
  event_link* take_held() noexcept { return nullptr; }
};

/// The type of the items that are collected if a handler returns an R.
template <class R>
struct returned_item {
  using type = R;
};
template <class T>
struct returned_item<std::optional<T>> {
  using type = T;
};
template <class T>
struct returned_item<task_result<T>> : returned_item<T> {};

template <class... As>
struct collector_among {
  using type = void;
};
template <class A, class... As>
struct collector_among<A, As...> {
  using type = typename std::conditional_t<is_collector<std::remove_cvref_t<A>>,
                                           std::type_identity<std::remove_cvref_t<A>>,
                                           collector_among<As...>>::type;
};

/// Whether a parameter of type A leaves its argument open to changes: an event of type E, or a
/// batch of such.
template <class A, class E>
inline constexpr bool takes_over_as =
    std::is_same_v<A, E>
        ? !std::is_trivially_copyable_v<E>
        : (std::is_same_v<std::remove_cvref_t<A>, E> || is_batch<std::remove_cvref_t<A>>) &&
              !std::is_const_v<std::remove_reference_t<A>>;

template <class F>
struct handler_signature;
template <class R, class... As>
struct handler_signature<std::function<R(As...)>> {
  using result = R;
  using value = typename value_of<R>::type;
  using declared = typename collector_among<As...>::type;
  using arguments = std::tuple<As...>;
  static constexpr bool takes_batch = (is_batch<std::remove_cvref_t<As>> || ...);
  static constexpr bool takes_context =
      (std::is_same_v<std::remove_cvref_t<As>, task_context> || ...);
  static constexpr bool takes_info = (std::is_same_v<std::remove_cvref_t<As>, event_info> || ...);
  /// Whether an event of type E that the handler was called with may be changed, or moved away.
  template <class E>
  static constexpr bool takes_over = (takes_over_as<As, E> || ...);

  static_assert(std::is_void_v<declared> || std::is_void_v<value>,
                "a handler either takes a collector or returns what is to be collected");

  /// collector<T, K>, or no_collector.
  using output = typename std::conditional_t<
      !std::is_void_v<declared>, std::type_identity<declared>,
      std::conditional_t<std::is_void_v<value>, std::type_identity<no_collector>,
                         std::type_identity<collector<typename returned_item<
                             std::conditional_t<std::is_void_v<value>, int, value>>::type>>>>::type;
};

template <class F>
using signature_of = handler_signature<called_as<F>>;

template <class>
inline constexpr bool never = false;

/// Whether a parameter of type A can take an event of type E, or is one of the other arguments that
/// a handler may ask for.
template <class A, class E>
constexpr bool suits_parameter() noexcept {
  using type = std::remove_cvref_t<A>;
  if constexpr (is_batch<type>)
    return std::is_same_v<type, batch<E>>;
  else if constexpr (std::is_same_v<type, task_context> || std::is_same_v<type, event_info> ||
                     is_collector<type> || std::is_same_v<A, E&>)
    return true;
  else if constexpr (std::is_same_v<A, E> || std::is_rvalue_reference_v<A>)
    return std::is_convertible_v<E, A>;
  else
    return std::is_convertible_v<const E&, A>;
}

template <class Arguments, class E>
inline constexpr bool arguments_suit = false;
template <class... As, class E>
inline constexpr bool arguments_suit<std::tuple<As...>, E> = (suits_parameter<As, E>() && ...);

/// Whether a handler of type F can be called with events of type E.
template <class F, class E>
inline constexpr bool handler_suits = arguments_suit<typename signature_of<F>::arguments, E>;

/// Calls a handler with the arguments that its parameters ask for.
template <class F, class E, class Output>
class handler_call {
public:
  using signature = signature_of<F>;
  using result = typename signature::result;
  static constexpr bool is_coroutine = is_async<result>;

  /// Where the arguments come from.
  struct sources {
    task_context ctx;
    Output& out;
    task_id task;
    const event_chunk_base& chunk;
    std::uint32_t index = 0;
  };

  template <class Event>
  static result call(F& f, Event& event, const sources& from) {
    return call_with(f, event, from, static_cast<typename signature::arguments*>(nullptr));
  }

  /// Puts the value that a handler has returned into the collector. @returns the error if the
  /// handler has returned one
  template <class R>
  static task_error collect(R&& returned, Output& out) {
    using type = std::remove_cvref_t<R>;
    if constexpr (is_task_result<type>) {
      if (returned.is_err())
        return returned.error();
      if constexpr (!std::is_void_v<typename value_of<type>::type>)
        return collect(std::move(returned).value(), out);
    } else if constexpr (std::is_same_v<type, std::optional<typename returned_item<type>::type>>) {
      if (returned)
        out.collect_item(*std::move(returned));
    } else {
      out.collect_item(std::forward<R>(returned));
    }
    return {};
  }

private:
  template <class Event, class... As>
  static result call_with(F& f, Event& event, const sources& from, std::tuple<As...>*) {
    return std::invoke(f, pass<As>(event, from)...);
  }

  template <class A, class Event>
  static decltype(auto) pass(Event& event, const sources& from) {
    using type = std::remove_cvref_t<A>;
    if constexpr (std::is_same_v<type, task_context>) {
      return task_context{from.ctx};
    } else if constexpr (std::is_same_v<type, event_info>) {
      return event_info{from.task, from.chunk.first_sequence + from.index, from.chunk.at};
    } else if constexpr (is_collector<type>) {
      return (from.out);
    } else if constexpr (std::is_rvalue_reference_v<A>) {
      return std::move(event);
    } else if constexpr (std::is_same_v<A, Event>) {
      return Event(std::move(event));
    } else if constexpr (std::is_same_v<A, Event&>) {
      return (event);
    } else {
      return std::as_const(event);
    }
  }
};

} // namespace sweet::inline v0_5::detail
