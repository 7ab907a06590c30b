// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/limit_timers.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/resolve_early.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <atomic>
#include <memory>

namespace sweet::inline v0_5::detail {

namespace {

// Defers the call out of the wheel's lock, because resolved handles call back. The timer's task is
// exposed, and has not ended, since a task disarms its timers before it ends.
template <void (*What)(cell&) noexcept>
void defer_for(time_limits::timer& timer) noexcept {
  timer.call = [](deferred_call& d) noexcept {
    cell& c = *static_cast<time_limits::timer&>(d).task;
    What(c);
    release_reference(c);
  };
  add_reference(*timer.task);
  home_of(*timer.task).timers().defer(timer);
}

void deadline_is_over(cell& c) noexcept {
  resolve_early(c, deadline_error());
  cancel_task(c, cancellation_level::graceful);
}

void queue_time_is_over(cell& c) noexcept {
  resolve_early(c, queue_error());
  // It is not in a queue of jobs, where it would come to its end.
  if (c.state.peek().any(state_word::waits_for_turn))
    nudge(c);
}

void arm(time_limits::timer& timer, cell& c, clock::time_point due,
         void (*fire)(timer_entry&) noexcept) {
  task_home& home = home_of(c);
  timer.task = &c;
  timer.fire = fire;
  home.timers().arm(timer, due, timer_shard());
}

time_limits& limits_of(timer_entry& e) noexcept {
  return *find_side(*static_cast<time_limits::timer&>(e).task)->limits;
}

cell& task_of(timer_entry& e) noexcept {
  return *static_cast<time_limits::timer&>(e).task;
}

void deadline_fires(timer_entry& e) noexcept {
  limits_of(e).deadline_passed.store(true, std::memory_order_relaxed);
  defer_for<deadline_is_over>(static_cast<time_limits::timer&>(e));
}

void queue_time_fires(timer_entry& e) noexcept {
  limits_of(e).queue_time_passed.store(true, std::memory_order_relaxed);
  defer_for<queue_time_is_over>(static_cast<time_limits::timer&>(e));
}

void shield_time_fires(timer_entry& e) noexcept {
  cell& c = task_of(e);
  signal_event(c, *find_side(c), side_event::unshielded, cancellation_level::none);
}

} // namespace

time_limits& limits_of(cell& c) {
  side_block& side = side_of(c);
  if (side.limits == nullptr)
    side.limits = std::make_unique<time_limits>();
  return *side.limits;
}

void arm_limits(cell& c) {
  side_block* side = find_side(c);
  if (side == nullptr || side->limits == nullptr)
    return;
  time_limits& limits = *side->limits;
  const auto now = home_of(c).timers().now();
  expose(c);
  if (limits.deadline != clock::time_point::max())
    arm(limits.deadline_timer, c, limits.deadline, deadline_fires);
  if (limits.queue_timeout.count() != 0)
    arm(limits.queue_timer, c, later(now, limits.queue_timeout), queue_time_fires);
  if (limits.shield_time.count() != 0)
    arm(limits.shield_timer, c, later(now, limits.shield_time), shield_time_fires);
}

void disarm_limits(cell& c, time_limits& limits) noexcept {
  timer_service& timers = home_of(c).timers();
  timers.cancel(limits.deadline_timer);
  timers.cancel(limits.queue_timer);
  timers.cancel(limits.shield_timer);
}

bool leave_queue(cell& c, time_limits& limits) noexcept {
  if (limits.queue_timeout.count() == 0)
    return true;
  home_of(c).timers().cancel(limits.queue_timer);
  return !limits.queue_time_passed.load(std::memory_order_relaxed);
}

clock::time_point deadline_of(const cell& c) noexcept {
  auto earliest = clock::time_point::max();
  // Parents live as long as their children, and limits are set before a task starts.
  for (const cell* task = &c; task != nullptr; task = task->parent.load(std::memory_order_relaxed))
    if (const auto* side = find_side(const_cast<cell&>(*task)); side != nullptr && side->limits)
      earliest = std::min(earliest, side->limits->deadline);
  return earliest;
}

} // namespace sweet::inline v0_5::detail
