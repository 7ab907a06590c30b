#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <sweet/messages/member.hpp>
#include <sweet/messages/member_state.hpp>

namespace sweet::inline v0_5 {

/// What a node knows of a node of its cluster.
struct node_member {
  member who;          ///< what that node says of itself
  member_state state;  ///< whether it is there
  bool linked = false; ///< whether there is a link to it
  bool itself = false; ///< whether it is the node that says so

  friend bool operator==(const node_member&, const node_member&) = default;
};

} // namespace sweet::inline v0_5
