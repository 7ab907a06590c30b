#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// Where a child of a supervisor is.
enum class child_state : std::uint8_t {
  stopped,    ///< the child is not running
  starting,   ///< the child is starting
  running,    ///< the child has started
  stopping,   ///< the child was asked to stop
  restarting, ///< the child has ended, and waits for its restart
};

} // namespace sweet::inline v0_5
