// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_reference.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/control_block.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/messages/task_id.hpp>

#include <caf/actor.hpp>
#include <caf/node_id.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>

namespace sweet::inline v0_5::detail {

namespace {

// The id lies in the control block, which is written under the mutex only. `s` is what see() has
// shown: without has_id no thread uses the control block, and none can before the mutex is free
// again, whatever becomes of the task meanwhile.
task_id draw_id(cell& c, state_word s) {
  if (s.any(state_word::has_id))
    return {control_of(c).aid & ~caf_id_bit};
  task_home& home = home_of(c);
  workplace* p = this_thread().driven;
  const bool ours = p != nullptr && &p->home() == &home;
  const auto id = ours ? p->draw_id() : home.draw_ids(1);
  construct_control(c, id | caf_id_bit, home.actors(), ours ? p->node() : home.node());
  c.state.add_id();
  return {id};
}

} // namespace

task_id id_of(cell& c) {
  std::lock_guard guard{mutex_of(c)};
  return draw_id(c, c.state.see());
}

task_id id_of_exposed(cell& c) noexcept {
  return {control_of(c).aid & ~caf_id_bit};
}

std::string name_of(cell& c) {
  std::lock_guard guard{mutex_of(c)};
  side_block* side = find_side(c);
  return side != nullptr ? side->name : std::string{};
}

bool identify_live(cell& c, task_id& id, std::string* name) {
  std::lock_guard guard{mutex_of(c)};
  const auto s = c.state.see();
  if (!s.is_live())
    return false;
  id = draw_id(c, s);
  // drop_side() takes the mutex, too.
  if (side_block* side = find_side(c); name != nullptr && side != nullptr)
    *name = side->name;
  return true;
}

void expose(cell& c) {
  // Acquire: shows the control block.
  if (c.state.see().is_exposed())
    return;
  std::lock_guard guard{mutex_of(c)};
  const auto s = c.state.see();
  if (s.is_exposed())
    return;
  draw_id(c, s);
  // The control block is made with one strong reference: that is the runtime's own.
  c.state.expose();
}

void share(cell& c) {
  expose(c);
  add_reference(c);
}

pinned pin_live(cell& c) {
  std::lock_guard guard{mutex_of(c)};
  auto& control = control_of(c);
  for (;;) {
    const auto s = c.state.see();
    if (!s.is_live() || s.is_done())
      return pinned::no;
    if (s.is_exposed())
      return caf::intrusive_ptr_upgrade_weak(&control) ? pinned::exposed_before : pinned::no;
    // References to the task are not counted yet, and counting starts only under the mutex. The
    // task may end any moment, and another one take its place: then the state is not `s` any more.
    draw_id(c, s);
    add_reference(c);
    if (c.state.try_expose(state_word{s.bits() | state_word::has_id}))
      return pinned::exposed_now;
    // Relaxed: the count is still this thread's alone.
    control.strong_refs.store(1, std::memory_order_relaxed);
  }
}

void add_reference(cell& c) noexcept {
  caf::intrusive_ptr_add_ref(&control_of(c));
}

void release_reference(cell& c) noexcept {
  caf::intrusive_ptr_release(&control_of(c));
}

caf::strong_actor_ptr strong_pointer(cell& c) {
  share(c);
  return {&control_of(c), false};
}

template <>
caf::actor actor_as<caf::actor>(cell& c) {
  share(c);
  return {&control_of(c), false};
}

void throw_no_task() {
  throw std::logic_error{
      "this handle refers to no task: it was made by default or moved from, or it "
      "is a child_task that has been awaited, which gives its outcome once"};
}

} // namespace sweet::inline v0_5::detail
