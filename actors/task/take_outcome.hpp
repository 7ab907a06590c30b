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

namespace sweet::detail {

inline task_error value_taken_error() {
  return task_error{error_code::invalid_state,
                    "the value cannot be copied and somebody else has taken it"};
}

/// Moves the outcome of an ended child out, for its parent.
/// @pre the child is done
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
      // Others may hold handles: they keep the value if it can be copied.
      if constexpr (std::is_copy_constructible_v<T>)
        return task_result<T>{std::in_place, std::as_const(stored_value<T>(c))};
      else if (!claim_value(c))
        return value_taken_error();
    }
    return task_result<T>{std::in_place, std::move(stored_value<T>(c))};
  }
}

/// Copies the outcome of an ended task, or moves a value that cannot be copied, once.
/// @pre the task is done @throws cancelled as claim_value_in_time()
template <class T>
task_result<T> outcome_of_shared(cell& c) {
  if (c.state.see().has_no_value())
    return outcome_error(c);
  if constexpr (std::is_void_v<T>)
    return task_result<void>{};
  else if constexpr (is_small_value<T>)
    return task_result<T>{std::in_place, read_small_value<T>(c)};
  else if constexpr (std::is_copy_constructible_v<T>)
    return task_result<T>{std::in_place, std::as_const(stored_value<T>(c))};
  else if (!claim_value_in_time(c))
    return value_taken_error();
  else
    return task_result<T>{std::in_place, std::move(stored_value<T>(c))};
}

/// Cancelling a tree ends what a body waits for before it gets to the body, or after; the body sees
/// the same either way. @throws cancelled if `error` is a cancellation and `self` is cancelled, too
inline void prefer_own_cancellation(cell& self, const task_error& error) {
  if (error.code() != error_code::cancelled || !is_interrupted(self))
    return;
  note_thrown(self);
  throw cancelled{};
}

/// The value, or what a failed outcome throws.
template <class T>
T value_or_throw(task_result<T>&& outcome) {
  if (outcome.is_err()) [[unlikely]]
    throw task_failure{outcome.error()};
  if constexpr (!std::is_void_v<T>)
    return std::move(outcome).value();
}

} // namespace sweet::detail
