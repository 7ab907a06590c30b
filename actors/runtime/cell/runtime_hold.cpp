// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/runtime_hold.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5::detail {

runtime_hold::runtime_hold(cell& task) noexcept
    : task_(task), gate_(span_of(task).owner->global().gate()), holds_(gate_.enter()) {}

runtime_hold::~runtime_hold() {
  if (holds_)
    gate_.leave();
}

clock::time_point runtime_hold::now() const noexcept {
  return holds_ ? home_of(task_).timers().now() : gate_.closed_at();
}

void runtime_hold::check() const {
  if (!holds_)
    throw task_failure{task_error{
        error_code::unreachable,
        "the runtime of this task has ended: no further task can be started in it; the outcome is "
        "there by await(), and on_done() still calls its function"}};
}

} // namespace sweet::inline v0_5::detail
