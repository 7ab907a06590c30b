// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/resolve_early.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/messages/task_error.hpp>

#include <atomic>
#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

bool resolve_early(cell& c, task_error error) noexcept {
  side_block* side = side_or_spare(c);
  if (side == nullptr)
    return false;
  const bool failure = error.code() != error_code::cancelled;
  error = describe(c, std::move(error));
  auto s = c.state.see();
  {
    std::lock_guard guard{mutex_of(c)};
    if (c.has_outcome())
      return false;
    side->early = error;
    do {
      if (s.any(state_word::done | state_word::ending)) {
        side->early = {};
        return false;
      }
    } while (!c.state.try_resolve(s, failure));
  }
  // The thread that ends the task waits for end_resolving(), so the parent is there.
  cell* parent = c.parent.load(std::memory_order_relaxed);
  if (failure && s.fails_parent())
    report_failure(*parent, error);
  if (s.is_grouped())
    push_resolved(*parent, c);
  if (s.is_awaited())
    wake(*parent);
  c.state.end_resolving();
  notify_end(c);
  return true;
}

} // namespace sweet::inline v0_5::detail
