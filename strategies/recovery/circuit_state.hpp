#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// What a circuit breaker does with calls.
enum class circuit_state : std::uint8_t {
  closed,    ///< calls pass
  open,      ///< calls are rejected
  half_open, ///< a few calls pass, to find out whether the breaker can close
};

} // namespace sweet::inline v0_5
