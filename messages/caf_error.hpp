#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <type_traits>
#include <utility>

#include <caf/fwd.hpp>

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

namespace sweet {

// The errors and results of ordinary CAF actors, and ours. Callers include <caf/error.hpp> or
// <caf/expected.hpp>, which this header does not do for those who only pass by.
//
// | caf::error                                        | error_code     |
// |---------------------------------------------------|----------------|
// | exit_reason user_shutdown, kill                   | cancelled      |
// | exit_reason unhandled_exception                   | failure        |
// | exit_reason out_of_workers                        | resource_limit |
// | exit_reason remote_link_unreachable, unreachable  | unreachable    |
// | exit_reason unknown                               | unknown        |
// | sec request_timeout, connection_timeout           | timeout        |
// | sec runtime_error                                 | failure        |
// | sec receivers, nodes and ports that are not there | unreachable    |
// | sec unexpected_message, incompatible peers        | rejected       |
// | sec arguments, responses and bytes that are wrong | invalid_data   |
// | sec sockets, files and system calls               | io             |
// | sec unavailable_or_would_block                    | resource_limit |
// | sec features and streams in the wrong state       | invalid_state  |
// | pec                                               | invalid_data   |
// | a user's own category                             | failure        |

/// The error as a caf::error of category "sweet", from which from_caf_error() makes the same
/// task_error again, on this node or another. One that merely wraps a caf::error becomes that
/// caf::error again (its context as text).
/// @returns no error for no error
caf::error to_caf_error(const task_error& x);

/// What an ordinary actor that is linked to, or monitors, a task sees as the reason of its end:
/// exit_reason::user_shutdown for a cancelled one, else to_caf_error().
caf::error to_exit_reason(const task_error& x);

/// The error as a task_error: the inverse of to_caf_error() for category "sweet", else by the table
/// above, with the caf::error as its origin(). A malformed error of category "sweet" is
/// error_code::unknown and keeps what can be read.
/// @returns no error for no error
task_error from_caf_error(const caf::error& x);

/// The outcome as CAF's actors hand it on.
template <class T>
caf::expected<T> to_expected(task_result<T>&& x) {
  if (x.is_err())
    return to_caf_error(x.error());
  if constexpr (std::is_void_v<T>)
    return caf::expected<T>{};
  else
    return std::move(x).value();
}

template <class T>
caf::expected<T> to_expected(const task_result<T>& x) {
  return to_expected(task_result<T>{x});
}

/// The outcome that CAF's actors hand on as a result.
template <class T>
task_result<T> from_expected(caf::expected<T>&& x) {
  if (!x)
    return from_caf_error(x.error());
  if constexpr (std::is_void_v<T>)
    return task_result<T>{};
  else
    return task_result<T>{std::in_place, std::move(*x)};
}

template <class T>
task_result<T> from_expected(const caf::expected<T>& x) {
  return from_expected(caf::expected<T>{x});
}

} // namespace sweet
