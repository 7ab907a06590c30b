#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// What becomes of an emitted event for which its stage has no room.
enum class event_overflow : std::uint8_t {
  block,       ///< the sender waits for room
  drop_oldest, ///< the event that has waited longest is dropped, and counted
  drop_newest, ///< the emitted event is dropped, and counted
  fail,        ///< the emission throws an error with error_code::resource_limit
};

} // namespace sweet::inline v0_5
