#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/strategies/supervision/child_state.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace sweet::inline v0_5 {

/// A child of a supervisor at one moment.
struct service_info {
  std::string name;                       ///< its name
  service_kind kind = service_kind::task; ///< whether it is an actor, a task or a supervisor
  restart_type restart = restart_type::permanent; ///< which of its ends call for a restart
  child_state state = child_state::stopped;       ///< where it is
  std::uint32_t restarts = 0;                     ///< how often it was restarted so far
  /// Its task, or the task that looks after its actor; task_id::none if it does not run.
  task_id task;
};

/// How many children a supervisor has.
struct service_counts {
  std::size_t specified = 0;   ///< all children
  std::size_t active = 0;      ///< children that are running or about to run
  std::size_t supervisors = 0; ///< children that are supervisors
  std::size_t workers = 0;     ///< all other children

  friend bool operator==(const service_counts&, const service_counts&) noexcept = default;
};

} // namespace sweet::inline v0_5
