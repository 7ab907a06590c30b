#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/messages/wait_reason.hpp>

namespace sweet::inline v0_5::detail {

struct cell;

/// What a task waits for, as far as the wait itself knows.
struct wait_view {
  wait_reason on = wait_reason::none;
  cell* target = nullptr; ///< the task that is waited for; null: none
  /// The task that holds what is waited for; null: none. It may have ended, and is only an address.
  const cell* holder = nullptr;
  /// When the wait ends by itself; max(): never.
  clock::time_point until = clock::time_point::max();
};

} // namespace sweet::inline v0_5::detail
