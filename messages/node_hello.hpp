#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <sweet/messages/inspection.hpp>
#include <sweet/messages/member.hpp>
#include <sweet/messages/node_session.hpp>

namespace sweet::inline v0_5 {

/// What a node says first on a link, once it has proved itself.
struct node_hello {
  member who;           ///< the node
  node_session session; ///< what it has with the other; none also if it does not know the other yet

  friend bool operator==(const node_hello&, const node_hello&) = default;
};

/// Lets CAF serialise the hello.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, node_hello& x) {
  return detail::inspect_fields(f, "node_hello", x.who, x.session);
}

} // namespace sweet::inline v0_5
