// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Where a debugger finds the parts of a task. Programs are built with line tables only, which say
// nothing of types; and a core cannot be asked. apps/gdb/sweet_gdb.py reads these by their names.

#include <sweet/actors/runtime/debug_layout.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>

#include <caf/actor_control_block.hpp>

#include <cstddef>
#include <cstdint>

using namespace sweet::detail;

// The classes have one base at most, and no virtual one: their members lie where offsetof says.
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

extern "C" {

#define SWEET_DEBUG(name, value)                                                                   \
  extern const std::uint64_t sweet_debug_##name;                                                   \
  [[gnu::used]] const std::uint64_t sweet_debug_##name = value;

SWEET_DEBUG(span_carved, offsetof(span, carved))
SWEET_DEBUG(span_block_size, offsetof(span, block_size))
SWEET_DEBUG(span_blocks, sizeof(span))
SWEET_DEBUG(block_id, offsetof(caf::actor_control_block, aid))
SWEET_DEBUG(block_side, sizeof(caf::actor_control_block))
SWEET_DEBUG(block_cell, cell_offset)
SWEET_DEBUG(block_body, body_offset)
SWEET_DEBUG(cell_state, offsetof(cell, state))
SWEET_DEBUG(cell_turn, offsetof(cell, turn))
SWEET_DEBUG(cell_mode, offsetof(cell, mode))
SWEET_DEBUG(cell_ops, offsetof(cell, ops))
SWEET_DEBUG(cell_parent, offsetof(cell, parent))
SWEET_DEBUG(cell_inbox, offsetof(cell, inbox))
SWEET_DEBUG(cell_result, offsetof(cell, result))
SWEET_DEBUG(side_name, offsetof(side_block, name))
SWEET_DEBUG(ops_type, offsetof(body_ops, type))
SWEET_DEBUG(wait_child, static_cast<std::uint64_t>(wait_kind::child))
SWEET_DEBUG(wait_outcome, static_cast<std::uint64_t>(wait_kind::outcome))
SWEET_DEBUG(wait_join, static_cast<std::uint64_t>(wait_kind::join))
SWEET_DEBUG(wait_group, static_cast<std::uint64_t>(wait_kind::set))
SWEET_DEBUG(wait_thread, static_cast<std::uint64_t>(wait_kind::thread))
SWEET_DEBUG(wait_source, static_cast<std::uint64_t>(wait_kind::source))
SWEET_DEBUG(wait_reason, offsetof(wait_ops, reason))
SWEET_DEBUG(thread_wait, offsetof(thread_state, blocked_for))
SWEET_DEBUG(view_target, offsetof(wait_view, target))
SWEET_DEBUG(state_live, state_word::live)
SWEET_DEBUG(state_done, state_word::done)
SWEET_DEBUG(state_attempt, state_word::attempt)
SWEET_DEBUG(state_has_id, state_word::has_id)
SWEET_DEBUG(id_bit, caf_id_bit)

#undef SWEET_DEBUG

} // extern "C"

namespace sweet::inline v0_5::detail {

void keep_debug_layout() noexcept {}

} // namespace sweet::inline v0_5::detail
