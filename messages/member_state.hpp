#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

/// What a node knows of an incarnation of another one. `down` and `left` are final.
enum class member_state : std::uint8_t {
  joining = 0, ///< known by name, not reached yet
  up = 1,      ///< alive
  suspect = 2, ///< silent, or its link is lost; it may come back
  down = 3,    ///< lost: whatever was placed on it is placed again
  left = 4,    ///< gone by its own will
};

template <>
struct detail::enum_names<member_state> {
  static constexpr std::string_view type = "member_state";
  static constexpr std::array<std::string_view, 5> values{"joining", "up", "suspect", "down",
                                                          "left"};
};

/// Tells whether an incarnation in this state may still be alive.
constexpr bool is_alive(member_state x) noexcept {
  return x != member_state::down && x != member_state::left;
}

} // namespace sweet::inline v0_5
