#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <type_traits>

namespace sweet::inline v0_5::detail {

template <class B>
inline constexpr bool is_task_builder = false;

/// A builder of tasks, in front of the body of a child: `make_member(parent, body, args...)` makes
/// the task, and `value_type` is the type of its value. The builders, a layer above, say which of
/// them are.
template <class B>
concept describes_child = is_task_builder<std::remove_cvref_t<B>>;

} // namespace sweet::inline v0_5::detail
