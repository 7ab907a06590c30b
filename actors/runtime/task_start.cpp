// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/processor.hpp>
#include <sweet/actors/runtime/recovery_record.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/side_block.hpp>
#include <sweet/actors/runtime/task_actor.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_meter.hpp>
#include <sweet/actors/runtime/task_steps.hpp>
#include <sweet/actors/runtime/thread_state.hpp>
#include <sweet/actors/task/cancelled.hpp>

#include <mutex>
#include <stdexcept>
#include <utility>

namespace sweet::detail {

namespace {

// Children form a circular list, the oldest at `children`.

void link_child(cell& parent, cell& child) noexcept {
  // Release pairs with the acquire of who looks at all blocks: the parent that it finds here is
  // constructed.
  child.parent.store(&parent, std::memory_order_release);
  cell* oldest = parent.children;
  if (oldest == nullptr) {
    parent.children = child.next = child.prev = &child;
    return;
  }
  cell* youngest = oldest->prev;
  child.next = oldest;
  child.prev = youngest;
  youngest->next = &child;
  oldest->prev = &child;
}

/// What only children of few parents get, and what only few parents do.
void inherit_more(cell& parent, cell& child) noexcept {
  if (const auto level = parent.level(); level > child.shield()) {
    note_asked_to_stop(child);
    child.inbox.store(inbox_level(level), std::memory_order_relaxed);
  }
  if ((parent.state.load(std::memory_order_relaxed) & state::counts_children) != 0)
    task_meter::find(visible_task(parent))->count_child();
}

/// Gives `child` what it inherits.
void inherit(cell& parent, cell& child, std::uint32_t bits) noexcept {
  const auto from = parent.state.load(std::memory_order_relaxed);
  const auto asked = parent.inbox.load(std::memory_order_relaxed) & inbox::level_mask;
  auto s = child.state.load(std::memory_order_relaxed) | bits;
  if ((s & state::priority_mask) == state::priority_unset)
    s = (s & ~state::priority_mask) | (from & state::priority_mask);
  if ((from & state::collects) == 0)
    s |= state::escalates;
  child.state.store(s, std::memory_order_release);
  if ((from & (state::level_mask | state::counts_children)) != 0 || asked != 0) [[unlikely]]
    inherit_more(parent, child);
}

void check_not_killed(cell& parent, cell& child) {
  if (parent.level() < cancellation_level::kill) [[likely]]
    return;
  // The child of a destructor takes over the level, and so never runs.
  if (is_unwinding())
    return;
  discard(child);
  note_thrown(parent);
  throw cancelled{};
}

// Inlined, as queue() is: each task starts here, and the calls are 1 % of what it costs.
template <std::uint32_t Bits>
[[gnu::always_inline]] inline void enter_tree(cell& parent, cell& child) noexcept {
  if (has_arrivals(parent)) [[unlikely]]
    take_arrivals(parent);
  inherit(parent, child, Bits);
  link_child(parent, child);
}

[[gnu::always_inline]] inline void queue(cell& child) noexcept {
  if (processor* p = this_thread().driven) [[likely]]
    p->push(job{child});
  else
    scheduler_of(child).inject(job{child});
}

} // namespace

spawn_target::spawn_target(scheduler& home) noexcept {
  thread_state& t = this_thread();
  previous_home_ = t.home;
  previous_driven_ = t.driven;
  t.home = &home;
  if (t.driven != nullptr && &t.driven->home() != &home)
    t.driven = nullptr;
}

spawn_target::~spawn_target() {
  thread_state& t = this_thread();
  t.home = previous_home_;
  t.driven = previous_driven_;
}

cell& make_task(std::size_t body_size) {
  thread_state& t = this_thread();
  if (t.driven == nullptr && t.home == nullptr)
    throw std::logic_error{"a sweet::async coroutine was called outside of a task: start it with "
                           "sweet::spawn(runtime, function, arguments...)"};
  cell& c = t.driven != nullptr ? t.driven->memory().allocate(body_size)
                                : t.home->blocks().allocate_external(body_size);
  c.stage.store(phase::queued, std::memory_order_relaxed);
  c.mode.store(0, std::memory_order_relaxed);
  c.group = 0;
  c.ops = nullptr;
  c.parent.store(nullptr, std::memory_order_relaxed);
  c.children = nullptr;
  c.inbox.store(0, std::memory_order_relaxed);
  c.result.bits = 0;
  // Release, here and below: a snapshot that sees the new task comes after the end of the one that
  // had the block before.
  c.state.store(state::live | state::priority_unset, std::memory_order_release);
  return c;
}

void free_task(cell& c) noexcept {
  if (processor* p = this_thread().driven) [[likely]]
    p->memory().free(c);
  else
    span_of(c).owner->global().free_external(c);
}

void discard(cell& c) noexcept {
  destroy_task(c);
  free_task(c);
}

void start_child(cell& parent, cell& child) {
  check_not_killed(parent, child);
  enter_tree<0>(parent, child);
  queue(child);
}

void start_limited_child(cell& parent, cell& child) {
  check_not_killed(parent, child);
  enter_tree<0>(parent, child);
  arm_limits(child);
  queue(child);
}

void start_cleanup(cell& parent, cell& child) noexcept {
  enter_tree<0>(parent, child);
  queue(child);
}

void start_grouped(cell& parent, cell& child, std::uint16_t slot) {
  check_not_killed(parent, child);
  child.group = slot;
  enter_tree<state::grouped>(parent, child);
  queue(child);
}

void start_waiting(cell& parent, cell& child, std::uint16_t slot) {
  check_not_killed(parent, child);
  child.group = slot;
  enter_tree<state::grouped | state::waiting>(parent, child);
  // It blocks unless it is cancelled already; whoever wakes it schedules it.
  if (!try_block(child))
    queue(child);
}

void give_turn(cell& child) noexcept {
  // Relaxed: the nudge publishes it.
  child.state.fetch_and(~state::waiting, std::memory_order_relaxed);
  nudge(child);
}

void start_top_level(cell& child) {
  scheduler& home = scheduler_of(child);
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
  share(child); // one reference for the caller's handle, one of the runtime's until it has ended
  inherit(home.root().task(), child, state::top_level);
  home.root().add(child);
  arm_limits(child);
  if (processor* p = processor_of(home))
    p->push(job{child});
  else
    home.inject(job{child});
}

void set_name(cell& c, std::string name) {
  side_block& side = side_of(c);
  // A snapshot may be here that has seen the task which had the block before.
  std::lock_guard guard{task_actor::of(c).mutex()};
  side.name = std::move(name);
}

void set_timeout(cell& c, std::chrono::nanoseconds timeout) {
  side_of(c).timeout = timeout;
}

void set_priority(cell& c, task_priority p) noexcept {
  const auto s = c.state.load(std::memory_order_relaxed) & ~state::priority_mask;
  c.state.store(s | static_cast<std::uint32_t>(p) << state::priority_shift,
                std::memory_order_release);
}

void set_blocking(cell& c) noexcept {
  c.state.fetch_or(state::blocking, std::memory_order_relaxed);
}

void set_collects(cell& c) noexcept {
  c.state.fetch_or(state::collects, std::memory_order_relaxed);
}

void set_contained(cell& c) noexcept {
  c.state.fetch_or(state::contained, std::memory_order_relaxed);
}

void set_shield(cell& c, cancellation_level level) noexcept {
  c.state.fetch_or(static_cast<std::uint32_t>(level) << state::shield_shift,
                   std::memory_order_relaxed);
}

void set_closure(cell& c, void* closure, void (*destroy)(void*) noexcept) {
  side_block& side = side_of(c);
  side.closure = closure;
  side.destroy_closure = destroy;
}

cell& root_of(scheduler& home) noexcept {
  return home.root().task();
}

bool is_root(cell& c) noexcept {
  return &scheduler_of(c).root().task() == &c;
}

scheduler& scheduler_of(cell& c) noexcept {
  return span_of(c).owner->global().home();
}

} // namespace sweet::detail
