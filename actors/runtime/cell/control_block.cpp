// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/control_block.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>

#include <new>

namespace sweet::inline v0_5::detail {

namespace {

// Destroys the data of an actor, whose last strong reference is gone.
void destroy_data(caf::abstract_actor* a) {
  destroy_task(static_cast<block_actor*>(a)->task());
}

// Frees the memory of an actor, whose last weak reference is gone.
void destroy_control(caf::actor_control_block* control) {
  free_task(static_cast<block_actor*>(control->get())->task());
}

} // namespace

// CAF counts references to the node id's data. Blocks are made and recycled all the time, so ours
// borrow the reference that the processor holds for good: they neither take one nor give one back.
void construct_control(cell& c, std::uint64_t id, caf::actor_system& system,
                       caf::node_id::data* node) noexcept {
  caf::node_id borrowed{caf::intrusive_ptr<caf::node_id::data>{node, false}};
  new (c.block()) caf::actor_control_block(id, borrowed, &system, destroy_data, destroy_control);
}

} // namespace sweet::inline v0_5::detail
