// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/supervisor_description.hpp>

#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/supervisor/supervise.hpp>
#include <sweet/actors/supervisor/supervisor_core.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/builders/service_options.hpp>
#include <sweet/strategies/supervision/supervision_plan.hpp>

#include <chrono>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

/// Checks the children of a supervisor.
/// @throws std::invalid_argument if the rules of a child are not allowed
void check(const supervisor_description& what) {
  supervision_plan plan{rules_of(what)};
  for (const auto& child : what.children)
    plan.add(child.spec.rules);
}

supervisor_core::spec_ptr make_spec(task_home& home, const child_description& child) {
  auto spec = std::make_shared<service_spec>(child.spec);
  if (child.nested != nullptr) {
    spec->nested = make_core(home, *child.nested);
    spec->make = [core = spec->nested]() -> cell& {
      return make_body(supervise, core_lease{core, core_lease::at_end::stays});
    };
  }
  return spec;
}

} // namespace

supervision_rules rules_of(const supervisor_description& what) {
  supervision_rules rules{.strategy = what.strategy, .auto_shutdown = what.auto_shutdown};
  if (what.limit) {
    rules.max_restarts = what.limit->max_restarts;
    rules.period = what.limit->period;
  } else if (what.delay) {
    rules.max_restarts = 10;
    rules.period = std::chrono::seconds{60};
  }
  if (what.delay) {
    rules.delay = what.delay->delay;
    rules.healthy_after = what.delay->healthy_after;
  }
  return rules;
}

std::shared_ptr<supervisor_core> make_core(task_home& home, const supervisor_description& what) {
  check(what);
  std::vector<supervisor_core::spec_ptr> specs;
  specs.reserve(what.children.size());
  for (const auto& child : what.children)
    specs.push_back(make_spec(home, child));
  return std::make_shared<supervisor_core>(home, rules_of(what), std::move(specs));
}

cell& make_supervisor(std::shared_ptr<supervisor_core> core, const std::string& name) {
  unstarted_task task{
      make_body(supervise, core_lease{std::move(core), core_lease::at_end::closes})};
  set_name(*task, name);
  // No level rises by itself: the children have times of their own.
  limits_of(*task).rise_after = {.graceful = cancellation_times::never,
                                 .kill = cancellation_times::never};
  return task.release();
}

child_description describe_nested(std::string name, const supervisor_description& what) {
  child_description child;
  set_name(child.spec, std::move(name));
  child.spec.kind = service_kind::supervisor;
  child.spec.shutdown = shutdown::infinity();
  child.nested = std::make_shared<const supervisor_description>(what);
  return child;
}

} // namespace sweet::inline v0_5::detail
