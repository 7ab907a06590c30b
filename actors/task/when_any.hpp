#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/combined_tasks.hpp>
#include <sweet/messages/task_failure.hpp>

#include <array>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace sweet::inline v0_5 {

/// The member of a combination that has won, and its value.
template <class T>
struct winner {
  std::size_t index = 0; ///< its place among the arguments, from 0
  T value;               ///< its value

  friend bool operator==(const winner&, const winner&) = default;
};

/// The member of a combination that has won, and has no value.
template <>
struct winner<void> {
  std::size_t index = 0; ///< its place among the arguments, from 0

  friend bool operator==(const winner&, const winner&) = default;
};

namespace detail {

template <decision EndsEarly, class T>
struct winner_of_alike {
  using value_type = winner<T>;
  static constexpr decision ends_early = EndsEarly;

  static task_result<value_type> make(combination& all) {
    if (auto error = all.why_nobody_won())
      return error;
    const auto index = all.index_of(*all.deciding());
    if constexpr (std::is_void_v<T>) {
      return task_result<value_type>{std::in_place, winner<void>{index}};
    } else {
      auto outcome = all.template take<T>(index);
      if (outcome.is_err())
        return outcome.error();
      return task_result<value_type>{std::in_place, winner<T>{index, std::move(outcome).value()}};
    }
  }
};

template <decision EndsEarly, class... Ts>
struct winner_of_different {
  using value_type = std::variant<value_or_monostate<Ts>...>;
  static constexpr decision ends_early = EndsEarly;

  static task_result<value_type> make(combination& all) {
    if (auto error = all.why_nobody_won())
      return error;
    return take(all, all.index_of(*all.deciding()), std::index_sequence_for<Ts...>{});
  }

private:
  template <std::size_t... I>
  static task_result<value_type> take(combination& all, std::size_t index,
                                      std::index_sequence<I...>) {
    using taker = task_result<value_type> (*)(combination&);
    static constexpr std::array<taker, sizeof...(Ts)> takers{[](combination& from) {
      return task_result<value_type>{std::in_place, std::in_place_index<I>,
                                     take_value<Ts>(from, I)};
    }...};
    try {
      return takers[index](all);
    } catch (const task_failure& e) {
      return e.error();
    }
  }
};

template <class T, class...>
struct first_of {
  using type = T;
};

template <decision EndsEarly, class... Ts>
using winner_of = std::conditional_t<(std::is_same_v<typename first_of<Ts...>::type, Ts> && ...),
                                     winner_of_alike<EndsEarly, typename first_of<Ts...>::type>,
                                     winner_of_different<EndsEarly, Ts...>>;

} // namespace detail

/// Awaits the first success: `auto [index, page] = co_await sweet::when_any(a(ctx), b(ctx));`
///
/// If all members return one type T, the answer is a `winner<T>`; else a std::variant whose index()
/// is the winner's, with std::monostate for void. The other members are cancelled then, and joined
/// when the awaiting task ends. If none succeeds, the answer is a task_error whose causes are the
/// failures, in the order of the arguments. Its code is `cancelled` if all were cancelled, else
/// `failure`.
///
/// The members follow the rules of when_all(). Under a fail_fast parent give an `async<T>` rather
/// than a child_task, whose failure fails the parent even if another member wins.
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task... Ms>
  requires(sizeof...(Ms) > 0)
auto when_any(Ms&&... members) {
  using answer = detail::winner_of<detail::decision::first_success, detail::member_value_of<Ms>...>;
  return detail::combine<answer>(std::forward<Ms>(members)...);
}

/// Awaits the first success of the members of a vector. The answer is a `winner<T>`; the other
/// members are cancelled then. If none succeeds, the answer is a task_error whose causes are the
/// failures; for an empty vector error_code::invalid_data. The members follow the rules of
/// when_all().
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task M>
auto when_any(std::vector<M> members) {
  using answer = detail::winner_of<detail::decision::first_success, detail::member_value_of<M>>;
  return detail::combine<answer>(std::move(members));
}

/// Awaits the first outcome, a success or not. The answer is the error of the member that ends
/// first, or its value: a `winner<T>` if all members return one type T, else a std::variant whose
/// index() is the winner's, with std::monostate for void. The other members are cancelled then. The
/// members follow the rules of when_all().
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task... Ms>
  requires(sizeof...(Ms) > 0)
auto race(Ms&&... members) {
  using answer = detail::winner_of<detail::decision::first_end, detail::member_value_of<Ms>...>;
  return detail::combine<answer>(std::forward<Ms>(members)...);
}

/// Awaits the first outcome of the members of a vector, a success or not. The answer is the error
/// of the member that ends first, or a `winner<T>` with its value; for an empty vector
/// error_code::invalid_data. The other members are cancelled then. The members follow the rules of
/// when_all().
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task M>
auto race(std::vector<M> members) {
  using answer = detail::winner_of<detail::decision::first_end, detail::member_value_of<M>>;
  return detail::combine<answer>(std::move(members));
}

} // namespace sweet::inline v0_5
