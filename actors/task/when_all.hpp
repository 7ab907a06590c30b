#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/task/combined_tasks.hpp>
#include <sweet/messages/task_failure.hpp>

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

namespace detail {

template <class... Ts>
struct all_values {
  using value_type = std::tuple<value_or_monostate<Ts>...>;
  static constexpr decision ends_early = decision::first_failure;

  static task_result<value_type> make(combination& all) {
    if (cell* failed = all.deciding())
      return outcome_error(*failed);
    try {
      return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return task_result<value_type>{std::in_place, take_value<Ts>(all, I)...};
      }(std::index_sequence_for<Ts...>{});
    } catch (const task_failure& e) {
      return e.error();
    }
  }
};

template <class T>
struct all_values_alike {
  using value_type =
      std::conditional_t<std::is_void_v<T>, void, std::vector<value_or_monostate<T>>>;
  static constexpr decision ends_early = decision::first_failure;

  static task_result<value_type> make(combination& all) {
    if (cell* failed = all.deciding())
      return outcome_error(*failed);
    if constexpr (std::is_void_v<T>) {
      return task_result<void>{};
    } else {
      try {
        std::vector<T> values;
        values.reserve(all.size());
        for (std::size_t i = 0; i < all.size(); ++i)
          values.push_back(take_value<T>(all, i));
        return task_result<value_type>{std::in_place, std::move(values)};
      } catch (const task_failure& e) {
        return e.error();
      }
    }
  }
};

template <class... Ts>
struct all_outcomes {
  using value_type = std::tuple<task_result<Ts>...>;
  static constexpr decision ends_early = decision::none;

  static task_result<value_type> make(combination& all) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return task_result<value_type>{std::in_place, all.template take<Ts>(I)...};
    }(std::index_sequence_for<Ts...>{});
  }
};

template <class T>
struct all_outcomes_alike {
  using value_type = std::vector<task_result<T>>;
  static constexpr decision ends_early = decision::none;

  static task_result<value_type> make(combination& all) {
    value_type outcomes;
    outcomes.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      outcomes.push_back(all.template take<T>(i));
    return task_result<value_type>{std::in_place, std::move(outcomes)};
  }
};

} // namespace detail

/// Awaits all members: `auto [a, b] = co_await sweet::when_all(f(ctx, 1), std::move(child));`
///
/// The answer is a std::tuple of the values, in the order of the arguments, std::monostate for
/// void. The first failed or cancelled member decides at once: its error is the answer. The other
/// members are cancelled then, and joined when the awaiting task ends.
///
/// A member is one of
///
/// - an `async<T>`: started as a child of the awaiting task. Its failure does nothing else to that
/// task. It is not started if a member that had ended before decides.
/// - a `child_task<T>` of the awaiting task, by std::move. If the scope of that task is fail_fast,
/// the failure of the member fails the task, whatever happens to the answer.
/// - a `spawning_task<T>`: any task. It is cancelled if the wait ends before it; give a task that
/// others wait for only where that is meant.
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task... Ms>
auto when_all(Ms&&... members) {
  return detail::combine<detail::all_values<detail::member_value_of<Ms>...>>(
      std::forward<Ms>(members)...);
}

/// Awaits all members of a vector, which may be empty. The answer is a std::vector of the values,
/// or void. The first failed or cancelled member decides at once: its error is the answer, and the
/// other members are cancelled. The members follow the rules of `when_all(members...)`.
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task M>
auto when_all(std::vector<M> members) {
  return detail::combine<detail::all_values_alike<detail::member_value_of<M>>>(std::move(members));
}

/// Awaits all members, and cancels none because of another. The answer is a std::tuple of their
/// task_results, and never an error. The members follow the rules of when_all().
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task... Ms>
auto when_all_settled(Ms&&... members) {
  return detail::combine<detail::all_outcomes<detail::member_value_of<Ms>...>>(
      std::forward<Ms>(members)...);
}

/// Awaits all members of a vector, which may be empty, and cancels none because of another. The
/// answer is a std::vector of their task_results, and never an error. The members follow the rules
/// of when_all().
/// @returns a combined_tasks; nothing starts before that is awaited
/// @throws std::invalid_argument for a handle without a task, or the same task twice
template <combinable_task M>
auto when_all_settled(std::vector<M> members) {
  return detail::combine<detail::all_outcomes_alike<detail::member_value_of<M>>>(
      std::move(members));
}

} // namespace sweet::inline v0_5
