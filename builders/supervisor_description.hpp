#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/strategies/recovery/backoff.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sweet::inline v0_5::detail {

struct cell;
class task_home;
class supervisor_core;
struct supervisor_description;

struct child_description {
  service_spec spec;
  std::shared_ptr<const supervisor_description> nested; ///< null: the child is no supervisor
};

/// The settings of a supervisor_builder.
struct supervisor_description {
  struct restart_limit {
    std::uint32_t max_restarts;
    std::chrono::nanoseconds period;
  };
  struct restart_delay {
    backoff delay;
    std::chrono::nanoseconds healthy_after;
  };

  std::string name = "supervisor";
  supervision_strategy strategy = supervision_strategy::one_for_one;
  sweet::auto_shutdown auto_shutdown = auto_shutdown::never;
  std::optional<restart_limit> limit; ///< empty: not set
  std::optional<restart_delay> delay; ///< empty: restarts do not wait
  std::vector<child_description> children;
};

/// Returns the rules, with a default for each that was not set. The order of the settings does not
/// matter.
supervision_rules rules_of(const supervisor_description& what);

/// Makes the core of a supervisor and of its nested ones.
/// @throws std::invalid_argument if a child has no name or the name of another one, or is
/// significant although it is permanent or its supervisor never shuts down by itself
std::shared_ptr<supervisor_core> make_core(task_home& home, const supervisor_description& what);

/// Makes the task of a supervisor that is no child of another one. The task is not started yet.
cell& make_supervisor(std::shared_ptr<supervisor_core> core, const std::string& name);

/// Describes a supervisor as a child of another one.
child_description describe_nested(std::string name, const supervisor_description& what);

} // namespace sweet::inline v0_5::detail
