// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/work/provided_task.hpp>

#include <chrono>

#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/strategies/later.hpp>

namespace sweet::inline v0_5::detail {

void start_submitted(cell& parent, unstarted_task& child, const wire::submitted_task& task) {
  set_name(*child, task.name);
  set_priority(*child, task.priority);
  if (!task.time_left)
    return start_child(parent, child.release());
  limits_of(*child).deadline = later(home_of(*child).timers().now(), *task.time_left);
  start_limited_child(parent, child.release());
}

} // namespace sweet::inline v0_5::detail
