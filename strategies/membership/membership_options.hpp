#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <sweet/strategies/membership/phi_detector.hpp>
#include <sweet/strategies/recovery/backoff.hpp>

namespace sweet::inline v0_5 {

/// How a node finds others, and when it gives them up.
struct membership_options {
  /// Addresses of nodes to join, "host:port". A node without seeds is the first of its cluster. A
  /// node with seeds is no member of anything until one of them answers.
  std::vector<std::string> seeds{};
  phi_options detector{};      ///< how often heartbeats are sent, and which silence is too long
  std::size_t mesh_limit = 16; ///< up to so many members, all link to all; beyond, only to hubs
  /// The delays between attempts to reach a node.
  backoff reconnect =
      backoff::exponential(std::chrono::milliseconds{250}, 2, std::chrono::seconds{5});
  /// How often a node whose seeds do not answer says so; positive.
  std::chrono::nanoseconds complain_every = std::chrono::seconds{10};
  /// How long a node remembers one that is gone, or that nobody has a link to; positive.
  std::chrono::nanoseconds forget_after = std::chrono::minutes{10};
  std::size_t list_limit = 256; ///< the most members on one heartbeat; at least 1
};

} // namespace sweet::inline v0_5
