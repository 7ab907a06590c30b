#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/strategies/supervision/supervision_plan.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace sweet {

/// A child of a supervisor at one moment.
struct service_info {
  std::string name;
  service_kind kind = service_kind::task;
  restart_type restart = restart_type::permanent;
  child_state state = child_state::stopped;
  std::uint32_t restarts = 0; ///< so far
  task_id task;               ///< zero if it does not run
};

/// How many children a supervisor has.
struct service_counts {
  std::size_t specified = 0;
  std::size_t active = 0; ///< they run, or are about to
  std::size_t supervisors = 0;
  std::size_t workers = 0; ///< all others

  friend bool operator==(const service_counts&, const service_counts&) noexcept = default;
};

} // namespace sweet
