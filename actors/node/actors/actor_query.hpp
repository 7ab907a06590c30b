#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <set>
#include <string>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>

namespace sweet::inline v0_5::detail {

/// What an actor understands, in CAF's words; empty: it does not say.
using actor_interface = std::set<std::string>;

/// Returns what actors behind handles of a type understand.
template <class Handle>
actor_interface interface_of(const caf::actor_system& sys) {
  return sys.message_types<Handle>();
}

/// Which actor somebody wants.
struct actor_query {
  std::string name;
  std::string node; ///< that publishes it; empty: any one
  actor_interface what;
};

} // namespace sweet::inline v0_5::detail
