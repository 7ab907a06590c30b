#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>

namespace sweet {

/// At which level of cancellation a clean-up is done. At kill_hard none is.
enum class when_cancelled : std::uint8_t {
  graceful,         ///< only if there is time for it
  graceful_or_kill, ///< essential: also at kill
};

} // namespace sweet
