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

namespace sweet::detail {

bool resolve_early(cell& c, task_error error) noexcept {
  side_block* side = side_or_spare(c);
  if (side == nullptr)
    return false;
  const bool failure = error.code() != error_code::cancelled;
  error = describe(c, std::move(error));
  auto s = c.state.load(std::memory_order_acquire);
  {
    std::lock_guard guard{mutex_of(c)};
    if (c.has_outcome())
      return false;
    side->early = error;
    constexpr auto bits = state::resolved | state::resolving;
    do {
      if ((s & (state::done | state::ending)) != 0) {
        side->early = {};
        return false;
      }
      // Release: who sees `resolved` sees the error. Acquire: if the parent has announced that it
      // waits, the token is ours to bring, and it waits until we have.
    } while (!c.state.compare_exchange_weak(
        s, (s & ~state::awaited) | bits | (failure ? state::resolved_failed : 0u),
        std::memory_order_acq_rel, std::memory_order_acquire));
  }
  // Who ends the task waits for `resolving` to go, so the parent is there.
  cell* parent = c.parent.load(std::memory_order_relaxed);
  if (failure && escalates(s))
    report_failure(*parent, error);
  if ((s & state::grouped) != 0)
    push_resolved(*parent, c);
  if ((s & state::awaited) != 0)
    wake(*parent);
  // Release: our touches of the parent come before what the end of the task lets happen to it.
  c.state.fetch_and(~state::resolving, std::memory_order_release);
  notify_end(c);
  return true;
}

} // namespace sweet::detail
