// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/chain.hpp>

#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>

namespace sweet::inline v0_5::detail {

void make_alike(cell& link, cell& previous) {
  set_priority(link, previous.priority());
  // The limits are set before a task starts, and are kept as long as its memory.
  const side_block* side = find_side(previous);
  if (side == nullptr || side->limits == nullptr)
    return;
  if (const auto deadline = side->limits->deadline; deadline != clock::time_point::max())
    limits_of(link).deadline = deadline;
}

} // namespace sweet::inline v0_5::detail
