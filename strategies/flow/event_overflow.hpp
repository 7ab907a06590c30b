#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet {

/// What becomes of an event that is emitted while the stage holds as many as it may.
enum class event_overflow : std::uint8_t {
  block,       ///< who emits waits
  drop_oldest, ///< the one that has waited longest is dropped, and counted
  drop_newest, ///< it is dropped itself, and counted
  fail,        ///< emitting it throws, with error_code::resource_limit
};

} // namespace sweet
