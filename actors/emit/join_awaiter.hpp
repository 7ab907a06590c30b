#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>

namespace sweet::inline v0_5::detail {

/// Waits until a child has its outcome, whatever happens to the parent meanwhile: a cancellation
/// reaches the child, too. A child that has not ended afterwards is left behind.
class [[nodiscard]] join_awaiter {
public:
  explicit join_awaiter(cell& child) noexcept : child_(child) {}

  bool await_ready() const noexcept { return child_.has_outcome(); }
  bool await_suspend(awaiting_task h) const noexcept {
    return wait_for_child(h.task(), child_, wait_kind::join);
  }
  void await_resume() const noexcept {}

private:
  cell& child_;
};

} // namespace sweet::inline v0_5::detail
