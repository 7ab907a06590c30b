#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// What becomes of a message for which the queue that it would wait in has no room.
enum class overflow : std::uint8_t {
  reject,      ///< the message is refused; a request gets error_code::resource_limit
  drop_oldest, ///< the message that has waited longest makes room
  drop_newest, ///< the message vanishes; a request gets an error all the same
};

} // namespace sweet::inline v0_5
