#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <stdexcept>
#include <type_traits>
#include <utility>

#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5::detail {

/// Returns the value of what a setting has been made into.
/// @throws std::invalid_argument with the sentence of the error, if there is one
template <class T>
T checked_setting(task_result<T> x) {
  if (x.is_err())
    throw std::invalid_argument{"node_builder: " + x.error().message()};
  if constexpr (!std::is_void_v<T>)
    return std::move(x).value();
}

} // namespace sweet::inline v0_5::detail
