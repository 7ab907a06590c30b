#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/system/actor_host.hpp>

#include <caf/error.hpp>

#include <cstddef>

namespace sweet::inline v0_5::detail {

/// The part of a task that CAF sees: handles, links, monitors, exit messages and requests. It lies
/// between the control block and the cell, and keeps no state of its own.
class task_actor final : public block_actor {
public:
  explicit task_actor(caf::actor_config& cfg) : block_actor(cfg) {}

  void tell_observers() noexcept override;

  // -- caf::abstract_actor ------------------------------------------------------------------------
  using abstract_actor::enqueue;
  void enqueue(caf::mailbox_element_ptr what, actor_host* host) override;
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
  resume_result resume(actor_host*, std::size_t) override { return done; }
  void intrusive_ptr_add_ref_impl() override;
  void intrusive_ptr_release_impl() override;

private:
  void handle_exit(const caf::error& reason);
  void answer(caf::mailbox_element& request);
};

static_assert(sizeof(task_actor) == sizeof(block_actor));

/// Returns how tasks use their blocks: with control block, side slot, actor and cell in front of
/// the body.
block_use use_for_tasks() noexcept;

/// Returns why the task has ended, for links and monitors; no error if it has completed.
caf::error exit_reason_of(cell& c);

} // namespace sweet::inline v0_5::detail
