// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_wait.hpp>

#include <sweet/actors/runtime/cell/absorb_signals.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <stdexcept>

namespace sweet::detail {

bool interrupts(cell& c, const wait_source* source) noexcept {
  const auto level = c.state.peek().level();
  if (source != nullptr && source->shielded)
    return level > source->shield;
  return level > c.thrown() || level >= cancellation_level::kill;
}

bool interrupts_wait_for(cell& c, const cell& child) noexcept {
  return interrupts(c, nullptr) && c.state.peek().level() > child.shield();
}

bool is_interrupted_for(cell& c, const cell& child) noexcept {
  absorb_signals(c);
  return interrupts_wait_for(c, child);
}

bool is_interrupted(cell& c) noexcept {
  absorb_signals(c);
  return interrupts(c, nullptr);
}

void note_thrown(cell& c) noexcept {
  absorb_signals(c);
  c.thrown(c.state.peek().level());
}

void throw_awaited_twice() {
  throw std::logic_error{
      "two co_await of one expression wait for the same thing, and the first one "
      "has taken it: give each a statement of its own"};
}

} // namespace sweet::detail
