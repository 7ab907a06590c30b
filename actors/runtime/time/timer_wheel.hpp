#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A timer, as a base or member of the object that it is for: arming it allocates nothing. It must
/// stay where it is while it is armed.
struct timer_entry {
  static constexpr std::uint32_t no_shard = ~std::uint32_t{0};

  timer_entry() noexcept = default;
  timer_entry(const timer_entry&) = delete;
  timer_entry& operator=(const timer_entry&) = delete;

  /// Called when the timer is due. By then the timer is no longer armed, and the wheel does not
  /// touch it any more: it may be destroyed at once by any code that learns of this call.
  void (*fire)(timer_entry&) noexcept = nullptr;

  // The rest belongs to the wheel and the service.
  timer_entry* next = nullptr; ///< null: not armed
  timer_entry* prev = nullptr;
  std::uint64_t due_tick = 0;
  std::uint32_t place = 0;
  std::atomic<std::uint32_t> shard{no_shard};
};

/// Timers by due time, after the hierarchical timing wheels of G. Varghese and T. Lauck ("Hashed
/// and Hierarchical Timing Wheels: Data Structures for the Efficient Implementation of a Timer
/// Facility", SOSP 1987).
///
/// Eleven wheels of 64 slots, the first of one tick a slot, each further one of 64 times as much as
/// the one before: together any 64-bit tick. A timer lies in the wheel of the highest 6-bit digit
/// in which its due time differs from the current time, and moves to a finer one when the current
/// time gets there: at most ten times in its life. Adding and removing take constant time; a bitmap
/// per wheel finds the next slot in use without stepping through empty ones.
///
/// Knows neither clock nor thread. Not thread safe.
class timer_wheel {
public:
  /// The next() of an empty wheel, and the due time of a timer that is armed for ever.
  static constexpr std::uint64_t never = ~std::uint64_t{0};

  explicit timer_wheel(std::uint64_t now = 0) noexcept : now_(now) {}

  timer_wheel(const timer_wheel&) = delete;
  timer_wheel& operator=(const timer_wheel&) = delete;

  /// Arms `e`. A time that has passed is as good as now(); `never` does not come.
  /// @pre `e` is not armed
  void add(timer_entry& e, std::uint64_t due) noexcept;

  /// Disarms `e`.
  /// @pre `e` is not armed, or is armed in this wheel
  /// @returns whether it was armed
  bool remove(timer_entry& e) noexcept;

  /// Returns a time before which no timer is due; `never` exactly if no timer that will be due is
  /// armed. It is the due time of the next timer if that is near, otherwise the begin of a coarse
  /// slot, so that a sleeper may wake up a few times, at most ten, before the timer is due.
  std::uint64_t next() const noexcept;

  /// Returns the time up to which pop() has gone.
  std::uint64_t now() const noexcept { return now_; }

  /// Disarms and returns the timer that is due first, if that is at `to` or before. Each timer that
  /// it touches costs one of `budget`, so that a caller that holds a lock can pause.
  /// @returns null if nothing is due, or if `budget` was used up, which is then 0
  timer_entry* pop(std::uint64_t to, std::size_t& budget) noexcept;

  /// Returns how many timers are due first, at the same time, if that is at `to` or before;
  /// otherwise 0.
  std::size_t count_due(std::uint64_t to) noexcept;

  /// Disarms and returns one of the timers that count_due() has counted. @pre `index <
  /// count_due(to)`
  timer_entry& pop_due(std::uint64_t to, std::size_t index) noexcept;

private:
  static constexpr unsigned digit_bits = 6;
  static constexpr std::uint32_t slots_per_wheel = 1U << digit_bits;
  static constexpr std::uint32_t wheels = (64 + digit_bits - 1) / digit_bits;
  static constexpr std::uint32_t no_place = ~std::uint32_t{0};

  timer_entry* find_due(std::uint64_t to, std::size_t& budget) noexcept;
  void link(timer_entry& e) noexcept;
  void unlink(timer_entry& e) noexcept;

  std::uint64_t now_;
  std::uint32_t used_wheels_ = 0; ///< a bit for each wheel that holds a timer
  /// A slot whose time has come and whose timers are being moved to finer wheels. Until that is
  /// done, no time may pass.
  std::uint32_t unpacking_ = no_place;
  std::array<std::uint64_t, wheels> used_slots_{};
  /// The first timer of each slot; they form a ring in order of arrival.
  std::array<timer_entry*, std::size_t{wheels} * slots_per_wheel> slots_{};
};

} // namespace sweet::inline v0_5::detail
