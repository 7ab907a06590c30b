// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_start.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/limit_timers.hpp>
#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancelled.hpp>

#include <atomic>
#include <cstdint>
#include <stdexcept>

namespace sweet::inline v0_5::detail {

namespace {

/// Passes the parent's level and meter on to the child, and counts the child: few parents need any
/// of that.
/// @throws std::bad_alloc; `child` is discarded then
void inherit_more(cell& parent, cell& child) {
  if (const auto level = parent.level(); level > child.shield()) {
    child.state.ask_to_stop();
    child.inbox.begin_with(level);
  }
  if (!parent.state.peek().any(state_word::metered))
    return;
  try {
    task_meter::inherit(parent, child);
  } catch (...) {
    discard(child);
    throw;
  }
  // Any thread starts tasks below the root, whose children are not counted.
  if (!child.state.peek().is_top_level())
    task_meter::find(visible_task(parent))->count_child();
}

/// Lets `child` inherit from its parent. @throws std::bad_alloc; `child` is discarded then
void inherit(cell& parent, cell& child, std::uint32_t bits) {
  const auto from = parent.state.peek();
  const auto asked = parent.inbox.peek();
  child.state.inherit(from, bits);
  if (from.any(state_word::level_mask | state_word::metered) || asked.asks_for_level()) [[unlikely]]
    inherit_more(parent, child);
}

inline void check_may_start(cell& parent, cell& child) {
  if (may_start(parent)) [[likely]]
    return;
  discard(child);
  note_heard(parent);
  throw cancelled{};
}

// Inlined, as queue() is: each task starts here, and the calls would be 1 % of its cost.
template <std::uint32_t Bits>
[[gnu::always_inline]] inline void enter_tree(cell& parent, cell& child) {
  if (parent.inbox.peek().has_arrivals()) [[unlikely]]
    take_arrivals(parent);
  inherit(parent, child, Bits);
  link_child(parent, child);
}

[[gnu::always_inline]] inline void queue(cell& child) noexcept {
  if (workplace* p = this_thread().driven) [[likely]]
    p->push_started(job{child}, child.lane());
  else
    home_of(child).inject(job{child}, child.lane());
}

} // namespace

bool is_spared(const cell& killed) noexcept {
  // A child that a destructor starts takes over the level, and so never runs.
  return is_unwinding(killed) || killed.on_stop() == stop_mode::never;
}

void start_child(cell& parent, cell& child) {
  check_may_start(parent, child);
  enter_tree<0>(parent, child);
  queue(child);
}

void start_limited_child(cell& parent, cell& child) {
  check_may_start(parent, child);
  enter_tree<0>(parent, child);
  arm_limits(child);
  queue(child);
}

void start_admitted(cell& parent, cell& child) {
  enter_tree<0>(parent, child);
  queue(child);
}

void start_grouped(cell& parent, cell& child, std::uint16_t slot) {
  check_may_start(parent, child);
  child.group = slot;
  enter_tree<state_word::grouped>(parent, child);
  if (child.state.peek().has_side_block()) [[unlikely]]
    arm_limits(child);
  queue(child);
}

void start_waiting(cell& parent, cell& child, std::uint16_t slot) {
  check_may_start(parent, child);
  child.group = slot;
  enter_tree<state_word::grouped | state_word::waits_for_turn>(parent, child);
  if (child.state.peek().has_side_block()) [[unlikely]]
    arm_limits(child);
  // The child blocks unless it is cancelled already; the thread that wakes it schedules it.
  if (!child.inbox.try_block())
    queue(child);
}

void give_turn(cell& child) noexcept {
  child.state.give_turn();
  nudge(child);
}

namespace {

/// Lets `child` enter the tree under the root. @throws std::runtime_error, std::logic_error;
/// `child` is discarded then
void enter_root(task_home& home, cell& child) {
  if (home.is_forked()) [[unlikely]] {
    discard(child);
    home.check_not_forked();
  }
  if (home.root().task().level() >= cancellation_level::kill && home.root().is_closing())
      [[unlikely]] {
    discard(child);
    throw std::runtime_error{
        "the runtime ends, and its tasks have been killed: no more are started"};
  }
  inherit(home.root().task(), child, state_word::top_level);
  share(child); // one reference for the caller's handle, one of the runtime's until it has ended
  home.root().add(child);
}

} // namespace

void start_top_level(cell& child) {
  task_home& home = home_of(child);
  enter_root(home, child);
  arm_limits(child);
  if (workplace* p = workplace_in(home))
    p->push(job{child}, child.lane());
  else
    home.inject(job{child}, child.lane());
}

void start_hosted(cell& child) {
  enter_root(home_of(child), child);
}

} // namespace sweet::inline v0_5::detail
