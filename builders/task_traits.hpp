#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <algorithm>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// How often, and as what, the body of a task may be called.
enum class body_calls : std::uint8_t {
  direct,   ///< once, as the task itself
  once,     ///< once, as an attempt at the task
  repeated, ///< any number of times, as attempts
};

/// What the type of a builder tells about the task that it describes, so that the compiler can
/// refuse a body that does not fit.
struct task_traits {
  bool blocking = false;
  body_calls calls = body_calls::direct;

  constexpr task_traits with(body_calls more) const noexcept {
    return {blocking, std::max(calls, more)};
  }
};

} // namespace sweet::inline v0_5::detail
