#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// How soon what is sent has to leave.
enum class urgency : std::uint8_t {
  gathers, ///< with what comes after it: the thread for I/O sends all that has gathered
  alone,   ///< nothing is known to come after it: the calling thread sends it, if it can
};

} // namespace sweet::inline v0_5::detail
