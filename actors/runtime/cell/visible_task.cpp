// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/visible_task.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace sweet::inline v0_5::detail {

void set_recovery(cell& c, std::uint64_t attempts) {
  side_of(c).recovery = std::make_unique<recovery_record>(attempts);
}

void set_attempt(cell& c) noexcept {
  c.state.describe(state_word::attempt | state_word::contained);
}

recovery_record* recovery_of(cell& c) noexcept {
  side_block* side = find_side(c);
  return side != nullptr ? side->recovery.get() : nullptr;
}

std::optional<recovery_view> view_recovery(cell& c) {
  // drop_side() takes the mutex, too.
  std::lock_guard guard{mutex_of(c)};
  if (const auto* r = recovery_of(c))
    return recovery_view{r->attempt.load(std::memory_order_relaxed), r->attempts,
                         r->stage.load(std::memory_order_relaxed)};
  return std::nullopt;
}

cell& visible_task(cell& c) noexcept {
  // The bit was set before the task was published, as its parent was.
  return c.state.peek().any(state_word::attempt) ? *c.parent.load(std::memory_order_relaxed) : c;
}

std::uint32_t attempt_of(cell& c) noexcept {
  cell& task = visible_task(c);
  if (const auto* recovery = recovery_of(task))
    return recovery->attempt.load(std::memory_order_relaxed);
  return task.stage() == phase::queued ? 0 : 1;
}

} // namespace sweet::inline v0_5::detail
