#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <caf/actor_system.hpp>
#include <caf/node_id.hpp>

namespace sweet::inline v0_5::detail {

/// The header of a message of BASP, the protocol by which CAF's nodes talk.
struct basp_header {
  enum : std::uint8_t { direct = 2, routed = 3, monitor = 4, down = 5, heartbeat = 6 };
  static constexpr std::size_t size = 32;

  std::uint8_t operation = 0;
  std::uint8_t flags = 0;
  std::uint32_t payload = 0; ///< its bytes, which follow
  std::uint64_t data = 0;    ///< the number of a request, and what it is
  std::uint64_t source = 0;  ///< an actor
  std::uint64_t target = 0;  ///< an actor
};

/// How large the payload of a message between actors may be.
inline constexpr std::uint32_t max_basp_payload = 8 * 1024 * 1024;

/// Reads a header. @pre `in` has that many bytes
basp_header read_basp_header(std::span<const char, basp_header::size> in) noexcept;

/// What one node may say to another one by BASP. Both ends hold messages against it: what an honest
/// node would not get through, it does not send. Immutable.
///
/// CAF believes whatever comes by a connection. So what names other nodes than these two is
/// refused, and what would take memory or stack that no payload of its size is worth.
class basp_rules {
public:
  basp_rules(caf::actor_system& sys, const caf::node_id& from, const caf::node_id& to);

  /// Says why a message with this header is refused; empty: it is not.
  std::string why_not(const basp_header& x) const;
  /// Says why a message is refused whose header is not.
  std::string why_not(const basp_header& x, std::string_view payload) const;

private:
  std::string why_no_message(std::string_view payload, bool is_routed) const;

  std::string from_; ///< as CAF writes it
  std::string to_;
};

} // namespace sweet::inline v0_5::detail
