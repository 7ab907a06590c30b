#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <type_traits>
#include <utility>

#include <caf/fwd.hpp>

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5 {

// Callers of these functions include <caf/error.hpp> or <caf/expected.hpp>; this header does not,
// since most of its readers call none.

/// Converts an error to a caf::error of category "sweet", from which from_caf_error() makes an
/// equal task_error, on this node or on another one. An error that only wraps a caf::error becomes
/// that caf::error again, with its context as text.
/// @returns no error if `x` is empty
caf::error to_caf_error(const task_error& x);

/// Converts the error of a task to the exit reason that linked and monitoring actors get:
/// exit_reason::user_shutdown if the task was cancelled, else to_caf_error().
caf::error to_exit_reason(const task_error& x);

/// Converts a caf::error to a task_error. An error of category "sweet" becomes the task_error that
/// to_caf_error() was given; if it is malformed, an error_code::unknown with all that can be read.
/// Any other error gets the code that this table names, and is kept as origin():
///
/// | caf::error                                        | error_code     |
/// |---------------------------------------------------|----------------|
/// | exit_reason user_shutdown, kill                   | cancelled      |
/// | exit_reason unhandled_exception                   | failure        |
/// | exit_reason out_of_workers                        | resource_limit |
/// | exit_reason remote_link_unreachable, unreachable  | unreachable    |
/// | exit_reason unknown                               | unknown        |
/// | sec request_timeout, connection_timeout           | timeout        |
/// | sec runtime_error                                 | failure        |
/// | sec receivers, nodes and ports that are not there | unreachable    |
/// | sec unexpected_message, incompatible peers        | rejected       |
/// | sec arguments, responses and bytes that are wrong | invalid_data   |
/// | sec sockets, files and system calls               | io             |
/// | sec unavailable_or_would_block                    | resource_limit |
/// | sec features and streams in the wrong state       | invalid_state  |
/// | pec                                               | invalid_data   |
/// | a user's own category                             | failure        |
///
/// @returns no error if `x` is empty
task_error from_caf_error(const caf::error& x);

/// Converts an outcome to the form that CAF's actors return; moves the value.
template <class T>
caf::expected<T> to_expected(task_result<T>&& x) {
  if (x.is_err())
    return to_caf_error(x.error());
  if constexpr (std::is_void_v<T>)
    return caf::expected<T>{};
  else
    return std::move(x).value();
}

/// Converts an outcome to the form that CAF's actors return; copies the value.
template <class T>
caf::expected<T> to_expected(const task_result<T>& x) {
  return to_expected(task_result<T>{x});
}

/// Converts a result of CAF's actors to an outcome; moves the value.
template <class T>
task_result<T> from_expected(caf::expected<T>&& x) {
  if (!x)
    return from_caf_error(x.error());
  if constexpr (std::is_void_v<T>)
    return task_result<T>{};
  else
    return task_result<T>{std::in_place, std::move(*x)};
}

/// Converts a result of CAF's actors to an outcome; copies the value.
template <class T>
task_result<T> from_expected(const caf::expected<T>& x) {
  return from_expected(caf::expected<T>{x});
}

} // namespace sweet::inline v0_5
