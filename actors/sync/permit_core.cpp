// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/permit_core.hpp>

#include <sweet/actors/runtime/home/thread_state.hpp>

#include <stdexcept>

namespace sweet::inline v0_5::detail {

bool permit_arm::enter() {
  // What a select() takes has to be claimed first, and would have to be given back if that fails.
  if (among == nullptr && core.state_.try_take(count) == permit_state::taken::yes) {
    granted = claim();
    core.note_holder(who.task());
    return false;
  }
  return core.enter(*this);
}

bool permit_arm::leave() noexcept {
  return core.leave(*this);
}

bool permit_core::try_take_by_mutex(std::uint32_t n) noexcept {
  std::lock_guard guard{mutex_};
  // Nobody is half-way in: it is queued only if somebody waits.
  return state_.try_take(n) == permit_state::taken::yes;
}

void permit_core::note_holder_here() noexcept {
  note_holder(this_thread().task);
}

void permit_core::give_back_by_mutex(std::uint32_t n) noexcept {
  {
    wake_list woken;
    std::lock_guard guard{mutex_};
    state_.give(n);
    hand_out(woken);
  }
  // Not before: those who were woken may have dropped all others.
  drop_reference();
}

void permit_core::forget(std::uint32_t n) noexcept {
  {
    std::lock_guard guard{mutex_};
    total_ -= n;
  }
  drop_reference();
}

void permit_core::add_permits(std::uint64_t n) {
  wake_list woken;
  std::lock_guard guard{mutex_};
  if (n > permit_state::max_permits - total_)
    throw std::overflow_error{"a semaphore has 4,294,967,295 permits at most"};
  total_ += n;
  state_.give(static_cast<std::uint32_t>(n));
  hand_out(woken);
}

bool permit_core::enter(permit_arm& arm) noexcept {
  wake_list woken;
  std::lock_guard guard{mutex_};
  state_.queue();
  line_.enter(arm);
  hand_out(woken, &arm);
  return !arm.served;
}

void permit_core::take_in(permit_arm& arm, wake_list& woken) noexcept {
  std::lock_guard guard{mutex_};
  state_.queue();
  line_.enter(arm);
  hand_out(woken);
}

bool permit_core::leave(permit_arm& arm) noexcept {
  wake_list woken;
  std::lock_guard guard{mutex_};
  const bool left = line_.leave(arm);
  // There may be enough for those behind it.
  hand_out(woken);
  return left;
}

void permit_core::close() noexcept {
  wake_list woken;
  std::lock_guard guard{mutex_};
  state_.close();
  hand_out(woken);
}

void permit_core::hand_out(wake_list& woken, const permit_arm* entering) noexcept {
  const bool is_closed = state_.is_closed();
  while (auto* first = line_.first()) {
    auto& arm = static_cast<permit_arm&>(*first);
    if (!is_closed && state_.permits() < arm.count)
      return;
    line_.leave(arm);
    if (!arm.claim())
      continue;
    arm.granted = !is_closed;
    if (arm.granted) {
      state_.take(arm.count);
      note_holder(arm.who.task());
    }
    if (&arm != entering)
      woken.add(arm);
  }
  state_.unqueue();
}

} // namespace sweet::inline v0_5::detail
