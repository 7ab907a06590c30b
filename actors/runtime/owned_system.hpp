#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <memory>

namespace sweet::inline v0_5::detail {

/// The actor system of a runtime that does not wrap one of the user's.
struct owned_system {
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
  std::unique_ptr<owned_system> next; ///< in the list of systems that are kept for good
};

} // namespace sweet::inline v0_5::detail
