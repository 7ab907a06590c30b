#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_memory.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// Owns a task that has been made and is about to be started. Setting it up may throw, and then the
/// task is discarded.
class [[nodiscard]] unstarted_task {
public:
  explicit unstarted_task(cell& c) noexcept : cell_(&c) {}
  unstarted_task(const unstarted_task&) = delete;
  unstarted_task& operator=(const unstarted_task&) = delete;
  ~unstarted_task() {
    if (cell_ != nullptr)
      discard(*cell_);
  }

  /// @pre the task has not been given up
  cell& operator*() const noexcept { return *cell_; }
  /// Gives the task up to the caller, which starts it. @pre the task has not been given up yet
  [[nodiscard]] cell& release() noexcept { return *std::exchange(cell_, nullptr); }

private:
  cell* cell_;
};

} // namespace sweet::inline v0_5::detail
