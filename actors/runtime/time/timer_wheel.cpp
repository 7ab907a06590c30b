// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/timer_wheel.hpp>

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

namespace sweet::inline v0_5::detail {

void timer_wheel::add(timer_entry& e, std::uint64_t due) noexcept {
  assert(e.next == nullptr);
  e.due_tick = due;
  if (due == never) {
    // The timer is in no slot, so that no time comes to it: a ring of its own says that it is
    // armed.
    e.place = no_place;
    e.next = e.prev = &e;
    return;
  }
  link(e);
}

bool timer_wheel::remove(timer_entry& e) noexcept {
  if (e.next == nullptr)
    return false;
  if (e.place == no_place)
    e.next = nullptr;
  else
    unlink(e);
  return true;
}

// In each wheel but the first, a timer's digit is greater than that of the current time: it
// differs, and all higher digits are equal. In the first wheel it is not smaller. So slots do not
// wrap around: the lowest bit of the finest wheel in use says what comes next, and all timers of a
// wheel come before all of the next.
std::uint64_t timer_wheel::next() const noexcept {
  if (used_wheels_ == 0)
    return never;
  if (unpacking_ != no_place)
    return now_;
  const auto wheel = static_cast<std::uint32_t>(std::countr_zero(used_wheels_));
  const auto slot = static_cast<std::uint64_t>(std::countr_zero(used_slots_[wheel]));
  const auto shift = wheel * digit_bits;
  // The coarsest wheel has no digit above its own.
  const auto higher_digits = wheel + 1 == wheels ? 0 : never << (shift + digit_bits);
  return (now_ & higher_digits) | (slot << shift);
}

timer_entry* timer_wheel::find_due(std::uint64_t to, std::size_t& budget) noexcept {
  for (;;) {
    if (unpacking_ != no_place) {
      while (auto* e = slots_[unpacking_]) {
        if (budget == 0)
          return nullptr;
        --budget;
        unlink(*e);
        link(*e);
      }
      unpacking_ = no_place;
    }
    const auto time = next();
    if (time > to) {
      // No timer is passed by: see next().
      now_ = std::max(now_, to);
      return nullptr;
    }
    if (time == never)
      return nullptr;
    now_ = time;
    const auto wheel = static_cast<std::uint32_t>(std::countr_zero(used_wheels_));
    const auto slot = static_cast<std::uint32_t>(std::countr_zero(used_slots_[wheel]));
    if (wheel == 0)
      return slots_[slot];
    unpacking_ = wheel * slots_per_wheel + slot;
  }
}

timer_entry* timer_wheel::pop(std::uint64_t to, std::size_t& budget) noexcept {
  auto* e = find_due(to, budget);
  if (e == nullptr || budget == 0)
    return nullptr;
  --budget;
  unlink(*e);
  return e;
}

std::size_t timer_wheel::count_due(std::uint64_t to) noexcept {
  auto budget = std::numeric_limits<std::size_t>::max();
  const auto* first = find_due(to, budget);
  if (first == nullptr)
    return 0;
  std::size_t n = 1;
  for (const auto* e = first->next; e != first; e = e->next)
    ++n;
  return n;
}

timer_entry& timer_wheel::pop_due(std::uint64_t to, std::size_t index) noexcept {
  auto budget = std::numeric_limits<std::size_t>::max();
  auto* e = find_due(to, budget);
  for (; index != 0; --index)
    e = e->next;
  unlink(*e);
  return *e;
}

void timer_wheel::link(timer_entry& e) noexcept {
  const auto due = std::max(e.due_tick, now_);
  const auto difference = due ^ now_;
  const auto wheel =
      difference == 0 ? 0
                      : (static_cast<std::uint32_t>(std::bit_width(difference)) - 1) / digit_bits;
  const auto slot = static_cast<std::uint32_t>(due >> (wheel * digit_bits)) % slots_per_wheel;
  e.place = wheel * slots_per_wheel + slot;
  auto*& first = slots_[e.place];
  if (first == nullptr) {
    first = e.next = e.prev = &e;
    used_slots_[wheel] |= std::uint64_t{1} << slot;
    used_wheels_ |= 1U << wheel;
    return;
  }
  e.next = first;
  e.prev = first->prev;
  first->prev->next = &e;
  first->prev = &e;
}

void timer_wheel::unlink(timer_entry& e) noexcept {
  auto*& first = slots_[e.place];
  if (e.next == &e) {
    first = nullptr;
    const auto wheel = e.place / slots_per_wheel;
    used_slots_[wheel] &= ~(std::uint64_t{1} << (e.place % slots_per_wheel));
    if (used_slots_[wheel] == 0)
      used_wheels_ &= ~(1U << wheel);
  } else {
    if (first == &e)
      first = e.next;
    e.next->prev = e.prev;
    e.prev->next = e.next;
  }
  e.next = e.prev = nullptr;
}

} // namespace sweet::inline v0_5::detail
