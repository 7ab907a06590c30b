#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell.hpp>

#include <caf/fwd.hpp>

#include <cstdint>

namespace sweet::detail {

/// What the scheduler runs: one of our tasks, or anything of CAF's that can be resumed.
/// Pointers of both kinds are aligned, so one bit tells them apart.
class job {
public:
  constexpr job() noexcept = default;
  explicit job(cell& c) noexcept : bits_(reinterpret_cast<std::uintptr_t>(&c) | 1) {}
  explicit job(caf::resumable* r) noexcept : bits_(reinterpret_cast<std::uintptr_t>(r)) {}

  explicit operator bool() const noexcept { return bits_ != 0; }
  bool is_task() const noexcept { return (bits_ & 1) != 0; }
  cell& task() const noexcept { return *reinterpret_cast<cell*>(bits_ & ~std::uintptr_t{1}); }
  caf::resumable* resumable() const noexcept { return reinterpret_cast<caf::resumable*>(bits_); }

  /// The lane it waits in: a task's priority; CAF's actors are normal.
  unsigned lane() const noexcept {
    return static_cast<unsigned>(is_task() ? task().priority() : task_priority::normal);
  }

  friend bool operator==(job, job) noexcept = default;

private:
  std::uintptr_t bits_ = 0;
};

} // namespace sweet::detail
