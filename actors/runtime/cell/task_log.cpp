// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_log.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/log_level.hpp>

#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

void log_as(cell& c, log_level level, std::string text) {
  task_home& home = home_of(c);
  cell& task = visible_task(c);
  home.log().write({level, id_of(task), name_of(task), std::move(text), home.timers().now()});
}

} // namespace sweet::inline v0_5::detail
