#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::inline v0_5::detail {

struct cell;

/// Waits for the outcome of a task: a node of the task's list of waiters.
struct end_waiter {
  end_waiter* next = nullptr;
  end_waiter** link = nullptr; ///< what points to this one; null: it is in no list
  /// Called once, on the thread that has given the outcome; the node may be gone when it returns.
  void (*ended)(end_waiter&) noexcept = nullptr;
};

/// Has `w.ended` called when the task has its outcome. @returns false if it has one already
bool add_waiter(cell& c, end_waiter& w);

/// Takes `w` off the list. @returns true if `w` was still waiting; false if `w.ended` has been or
/// is being called
bool remove_waiter(cell& c, end_waiter& w) noexcept;

/// Calls all waiters of a task that has its outcome, and tells CAF's observers.
void notify_end(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
