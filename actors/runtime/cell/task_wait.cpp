// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_wait.hpp>

#include <sweet/actors/runtime/cell/absorb_signals.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <exception>
#include <stdexcept>

namespace sweet::inline v0_5::detail {

bool level_interrupts(const cell& c, const wait_source* source) noexcept {
  if (c.on_stop() == stop_mode::never)
    return false;
  const auto level = c.state.peek().level();
  if (source != nullptr && source->shielded)
    return level > source->shield;
  return level > c.heard() || level >= cancellation_level::kill;
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

void note_heard(cell& c) noexcept {
  absorb_signals(c);
  c.heard(c.state.peek().level());
}

bool hears_of_stop(cell& parent, const cell& child) noexcept {
  return outcome_status(child.state.see()) == task_status::cancelled && is_interrupted(parent);
}

bool is_unwinding(const cell& c) noexcept {
  return c.stage() == phase::stopping || std::uncaught_exceptions() != 0;
}

void throw_awaited_twice() {
  throw std::logic_error{
      "two co_await of one expression wait for the same thing, and the first one "
      "has taken it: give each a statement of its own"};
}

} // namespace sweet::inline v0_5::detail
