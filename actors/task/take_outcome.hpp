#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/claim_value.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/body_value.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_result.hpp>

#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

inline task_error value_taken_error() {
  return task_error{error_code::invalid_state,
                    "the value cannot be copied, and another waiter has taken it"};
}

/// Moves the outcome of a child out, for its parent.
/// @pre the child has its outcome
template <class T>
task_result<T> outcome_of_child(cell& c) {
  const auto s = c.state.see();
  if (s.has_no_value()) [[unlikely]]
    return outcome_error(c);
  if constexpr (std::is_void_v<T>) {
    return task_result<void>{};
  } else if constexpr (is_small_value<T>) {
    return task_result<T>{std::in_place, read_small_value<T>(c)};
  } else {
    if (s.is_exposed()) {
      // Other handles may exist: they keep the value if it can be copied.
      if constexpr (std::is_copy_constructible_v<T>)
        return task_result<T>{std::in_place, std::as_const(stored_value<T>(c))};
      else if (!claim_value(c))
        return value_taken_error();
    }
    return task_result<T>{std::in_place, std::move(stored_value<T>(c))};
  }
}

/// Whether a value goes to its first taker only.
template <class T>
inline constexpr bool is_taken_once =
    !std::is_void_v<T> && !is_small_value<T> && !std::is_copy_constructible_v<T>;

/// Copies the outcome of a task, or moves a value that cannot be copied, once.
/// @param claim claims the value; returns false if another taker was faster. Its exceptions pass
/// through
/// @pre the task has its outcome
template <class T, class Claim>
task_result<T> outcome_of_shared(cell& c, Claim claim) {
  if (c.state.see().has_no_value())
    return outcome_error(c);
  if constexpr (std::is_void_v<T>)
    return task_result<void>{};
  else if constexpr (is_small_value<T>)
    return task_result<T>{std::in_place, read_small_value<T>(c)};
  else if constexpr (std::is_copy_constructible_v<T>)
    return task_result<T>{std::in_place, std::as_const(stored_value<T>(c))};
  else if (!claim(c))
    return value_taken_error();
  else
    return task_result<T>{std::in_place, std::move(stored_value<T>(c))};
}

/// Copies the outcome of a task, or moves a value that cannot be copied, once: for a body that
/// blocks, and outside of tasks. @pre the task has its outcome
/// @throws cancelled if the task of this thread is interrupted
template <class T>
task_result<T> outcome_in_time(cell& c) {
  return outcome_of_shared<T>(c, &claim_value_in_time);
}

/// Whether a coroutine that awaits the value of a task goes on at once. Otherwise it suspends: to
/// wait or, if the outcome is a cancellation that has reached the coroutine as well, to stop.
inline bool has_value(const cell& c) noexcept {
  return c.state.see().has_value();
}

/// Returns the value. @throws task_failure if the outcome is an error
template <class T>
T value_or_throw(task_result<T>&& outcome) {
  if (outcome.is_err()) [[unlikely]]
    throw task_failure{outcome.error()};
  if constexpr (!std::is_void_v<T>)
    return std::move(outcome).value();
}

} // namespace sweet::inline v0_5::detail
