#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <cstdint>
#include <string>

#include <sweet/messages/inspection.hpp>
#include <sweet/node/wire/frame_type.hpp>

namespace sweet::inline v0_5 {

namespace detail::wire {

/// Why two nodes that have proved themselves do not talk.
enum class refusal_reason : std::uint8_t {
  version = 0,     ///< no version of the protocol that both speak
  cluster = 1,     ///< they belong to different clusters
  itself = 2,      ///< the node has connected to itself
  name_taken = 3,  ///< both have the same name, or a node of that name is up
  certificate = 4, ///< the certificate is for another name
  malformed = 5,   ///< the hello does not read, or contradicts itself
  other = 6,       ///< see the text
};

/// The versions of the protocol that a node speaks, and that of its library.
struct version_range {
  std::uint16_t lowest = 1;
  std::uint16_t highest = 1;
  std::string library; ///< such as "sweet 0.5.0"

  friend bool operator==(const version_range&, const version_range&) = default;
};

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, version_range& x) {
  return inspect_fields(f, "version_range", x.lowest, x.highest, x.library);
}

/// The REFUSED frame: tells a peer why there is no link. It looks alike in all versions, but that
/// later ones may know more reasons.
struct refusal {
  static constexpr frame_type type = frame_type::refused;
  std::uint8_t reason = 0; ///< a refusal_reason, if this version knows it
  std::string text;        ///< for people
  version_range sender;
  version_range receiver; ///< as the sender knows them
  /// The highest life of the receiver that the sender holds down; 0: none. See member_table.
  std::uint32_t held_life = 0;

  friend bool operator==(const refusal&, const refusal&) = default;
};

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, refusal& x) {
  return inspect_fields(f, "REFUSED", x.reason, x.text, x.sender, x.receiver, x.held_life);
}

/// Formats a refusal as one line: reason, text, both versions.
std::string to_string(const refusal& x);

} // namespace detail::wire

template <>
struct detail::enum_names<detail::wire::refusal_reason> {
  static constexpr std::string_view type = "refusal_reason";
  static constexpr std::array<std::string_view, 7> values{
      "version", "cluster", "itself", "name_taken", "certificate", "malformed", "other"};
};

} // namespace sweet::inline v0_5
