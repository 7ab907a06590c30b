#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// At which levels of cancellation a clean-up runs. At kill_hard none does.
enum class when_cancelled : std::uint8_t {
  graceful,         ///< at graceful only
  graceful_or_kill, ///< an essential clean-up: at graceful and at kill
};

} // namespace sweet::inline v0_5
