#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_priority.hpp>

#include <caf/fwd.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

struct cell;

/// How many lanes there are. Jobs of one priority wait in one lane, which has the number of the
/// priority.
inline constexpr unsigned lane_count = 5;
/// The lane in which actors of CAF wait.
inline constexpr unsigned normal_lane = static_cast<unsigned>(task_priority::normal);

/// A job of the scheduler: one of our tasks, or anything of CAF's that can be resumed. Pointers of
/// both kinds are aligned, so one bit tells them apart. Two more say how the job has come into its
/// queue: woken by the job that ran then, or started by it.
class job {
public:
  constexpr job() noexcept = default;
  explicit job(cell& c) noexcept : bits_(reinterpret_cast<std::uintptr_t>(&c) | task_bit) {}
  explicit job(caf::resumable* r) noexcept : bits_(reinterpret_cast<std::uintptr_t>(r)) {}

  explicit operator bool() const noexcept { return bits_ != 0; }
  bool is_task() const noexcept { return (bits_ & task_bit) != 0; }
  cell& task() const noexcept { return *reinterpret_cast<cell*>(bits_ & ~tags); }
  caf::resumable* resumable() const noexcept {
    return reinterpret_cast<caf::resumable*>(bits_ & ~tags);
  }

  bool is_woken() const noexcept { return (bits_ & woken_bit) != 0; }
  job as_woken() const noexcept { return job{bits_ | woken_bit}; }
  bool is_started() const noexcept { return (bits_ & started_bit) != 0; }
  job as_started() const noexcept { return job{bits_ | started_bit}; }
  job as_any() const noexcept { return job{bits_ & ~(woken_bit | started_bit)}; }

  friend bool operator==(job, job) noexcept = default;

private:
  static constexpr std::uintptr_t task_bit = 1;
  static constexpr std::uintptr_t woken_bit = 2;
  static constexpr std::uintptr_t started_bit = 4;
  static constexpr std::uintptr_t tags = task_bit | woken_bit | started_bit;

  explicit constexpr job(std::uintptr_t bits) noexcept : bits_(bits) {}

  std::uintptr_t bits_ = 0;
};

} // namespace sweet::inline v0_5::detail
