// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/failed_task.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>

#include <atomic>

namespace sweet::inline v0_5::detail {

cell& make_failed_task(task_home& home, const task_error& error) {
  spawn_target target{home};
  cell& c = make_task(0);
  c.stage(phase::ended);
  c.result.error = task_error{error}.release();
  const bool is_cancelled = error.code() == error_code::cancelled;
  c.state.end_body(is_cancelled ? state_word::cancelled : state_word::failed);
  expose(c); // made with one reference
  c.state.complete_unseen();
  return c;
}

} // namespace sweet::inline v0_5::detail
