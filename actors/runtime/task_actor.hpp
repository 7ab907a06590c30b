#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell.hpp>

#include <caf/abstract_actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/error.hpp>
#include <caf/resumable.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>

namespace sweet::detail {

struct side_block;

/// What CAF sees of a task: handles, links, monitors, exit messages and requests. It lies between
/// the control block and the cell, and knows nothing that the cell does not.
class task_actor final : public caf::abstract_actor, public caf::resumable {
public:
  explicit task_actor(caf::actor_config& cfg) : caf::abstract_actor(cfg) {}

  cell& task() noexcept {
    return *reinterpret_cast<cell*>(
        reinterpret_cast<std::byte*>(static_cast<abstract_actor*>(this)) +
        (cell_offset - actor_offset));
  }
  static task_actor& of(cell& c) noexcept {
    return *static_cast<task_actor*>(reinterpret_cast<abstract_actor*>(c.block() + actor_offset));
  }
  static caf::actor_control_block& control(cell& c) noexcept {
    return *reinterpret_cast<caf::actor_control_block*>(c.block());
  }
  /// Guards the parts of the side block that say so, and the id.
  std::mutex& mutex() noexcept { return mtx_; }

  // -- caf::abstract_actor ------------------------------------------------------------------------
  using abstract_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* host) override;
  void attach(caf::attachable_ptr what) override;
  std::size_t detach(const caf::attachable::token& what) override;
  void add_link(caf::abstract_actor* other) override;
  void remove_link(caf::abstract_actor* other) override;
  bool add_backlink(caf::abstract_actor* other) override;
  bool remove_backlink(caf::abstract_actor* other) override;

  // -- caf::resumable -----------------------------------------------------------------------------
  /// Not scheduled_actor: CAF's clean-up would cast to that class.
  subtype_t subtype() const override { return function_object; }
  /// Never called: the scheduler runs tasks as cells.
  resume_result resume(caf::execution_unit*, std::size_t) override { return done; }
  void intrusive_ptr_add_ref_impl() override;
  void intrusive_ptr_release_impl() override;

  /// Sends the outcome of the task, which has ended, as the answer to `request`.
  static void answer(cell& c, caf::mailbox_element& request);

private:
  void handle_exit(const caf::error& reason);
};

static_assert(sizeof(caf::actor_control_block) == 56);
static_assert(sizeof(caf::abstract_actor) == 56);
static_assert(sizeof(task_actor) == cell_offset - actor_offset);

/// The pointer to the side block lies in the padding behind the control block.
inline std::atomic<side_block*>& side_slot(cell& c) noexcept {
  return *reinterpret_cast<std::atomic<side_block*>*>(c.block() + sizeof(caf::actor_control_block));
}

/// Makes control block, side slot, actor and cell in fresh memory; see block_pool.
void construct_block(std::byte* block, scheduler& home) noexcept;

/// A counted reference as CAF has them. Any thread that may touch the task.
caf::strong_actor_ptr strong_pointer(cell& c);

/// Why the task ended, for links and monitors; none if it completed.
caf::error exit_reason_of(cell& c);

} // namespace sweet::detail
