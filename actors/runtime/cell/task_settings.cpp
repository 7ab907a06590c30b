// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_settings.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_priority.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

void set_name(cell& c, std::string name) {
  side_block& side = side_of(c);
  // A snapshot that has seen the previous task of the block may be here.
  std::lock_guard guard{mutex_of(c)};
  side.name = std::move(name);
}

void set_timeout(cell& c, std::chrono::nanoseconds timeout) {
  side_of(c).timeout = timeout;
}

void set_priority(cell& c, task_priority p) noexcept {
  c.state.set_priority(p);
}

void set_blocking(cell& c) noexcept {
  c.state.describe(state_word::blocking);
}

void set_collects(cell& c) noexcept {
  c.state.describe(state_word::collects);
}

void set_contained(cell& c) noexcept {
  c.state.describe(state_word::contained);
}

void set_shield(cell& c, cancellation_level level) noexcept {
  c.state.describe(state_word::shield_of(level));
}

void set_closure(cell& c, void* closure, void (*destroy)(void*) noexcept) {
  side_block& side = side_of(c);
  side.closure = closure;
  side.destroy_closure = destroy;
}

} // namespace sweet::inline v0_5::detail
