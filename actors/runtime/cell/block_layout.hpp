#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <caf/abstract_actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/resumable.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>

// Finds the parts of a task's block that lie before its cell; see cell.hpp.

namespace sweet::inline v0_5::detail {

struct side_block;

/// The part of a task's CAF actor that the task itself uses; see task_actor.
class block_actor : public caf::abstract_actor, public caf::resumable {
public:
  static block_actor& of(cell& c) noexcept {
    return *static_cast<block_actor*>(reinterpret_cast<abstract_actor*>(c.block() + actor_offset));
  }
  cell& task() noexcept {
    return *reinterpret_cast<cell*>(
        reinterpret_cast<std::byte*>(static_cast<abstract_actor*>(this)) +
        (cell_offset - actor_offset));
  }
  std::mutex& mutex() noexcept { return mtx_; }

  /// Tells the outcome of the task to CAF's links and monitors, and answers requests with it.
  virtual void tell_observers() noexcept = 0;

protected:
  using caf::abstract_actor::abstract_actor;
};

static_assert(sizeof(caf::actor_control_block) == 56);
static_assert(sizeof(caf::abstract_actor) == 56);
static_assert(sizeof(block_actor) == cell_offset - actor_offset);

/// The flag that tells tasks from other actors; CAF leaves this bit to actors.
inline constexpr int is_task_flag = 0x8000;

/// Returns the task's part of an actor, or null if the actor is no task.
inline block_actor* block_actor_behind(caf::abstract_actor& actor) noexcept {
  return actor.getf(is_task_flag) ? static_cast<block_actor*>(&actor) : nullptr;
}

/// Returns the mutex that guards the task's id, and the fields of the side block that say so.
inline std::mutex& mutex_of(cell& c) noexcept {
  return block_actor::of(c).mutex();
}

inline caf::actor_control_block& control_of(cell& c) noexcept {
  return *reinterpret_cast<caf::actor_control_block*>(c.block());
}

/// The pointer to the side block lies in the padding behind the control block.
inline std::atomic<side_block*>& side_slot(cell& c) noexcept {
  return *reinterpret_cast<std::atomic<side_block*>*>(c.block() + sizeof(caf::actor_control_block));
}

} // namespace sweet::inline v0_5::detail
