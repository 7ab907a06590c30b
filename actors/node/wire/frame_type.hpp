#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

namespace detail::wire {

/// What a frame is. The numbers are on the wire (docs/protocol.md, "Frames"). OPEN, CHALLENGE,
/// PROOF and REFUSED look alike in all versions, so that any two nodes can tell each other why they
/// do not fit.
enum class frame_type : std::uint8_t {
  open = 0,
  challenge = 1,
  proof = 2,
  hello = 3,
  refused = 4,
  heartbeat = 5,
  ack = 6,
  pull = 7,
  submit = 8,
  started = 9,
  progress = 10,
  cancel = 11,
  result = 12,
  leave = 13,
  piece = 14,
  output = 15,
  lookup = 16,
  found = 17,
  actors = 18,
  actors_end = 19,
};

/// Tells whether frames of this type are numbered, acknowledged, and sent again after a cut.
constexpr bool is_numbered(frame_type x) noexcept {
  return x >= frame_type::pull;
}

} // namespace detail::wire

template <>
struct detail::enum_names<detail::wire::frame_type> {
  static constexpr std::string_view type = "frame_type";
  static constexpr std::array<std::string_view, 20> values{
      "OPEN",  "CHALLENGE", "PROOF",   "HELLO",    "REFUSED", "HEARTBEAT", "ACK",
      "PULL",  "SUBMIT",    "STARTED", "PROGRESS", "CANCEL",  "RESULT",    "LEAVE",
      "PIECE", "OUTPUT",    "LOOKUP",  "FOUND",    "ACTORS",  "ACTORS_END"};
};

} // namespace sweet::inline v0_5
