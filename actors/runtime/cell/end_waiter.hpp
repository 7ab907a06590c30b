#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::detail {

struct cell;

/// Is told when a task has ended. A node of the task's list of waiters.
struct end_waiter {
  end_waiter* next = nullptr;
  /// Called once, on the thread that ended the task; the node may be gone when it returns.
  void (*ended)(end_waiter&) noexcept = nullptr;
};

/// Calls `w.ended` when the task ends. @returns false if it has ended already.
bool add_waiter(cell& c, end_waiter& w);

/// @returns true if `w` was still waiting; false if `w.ended` has been or is being called.
bool remove_waiter(cell& c, end_waiter& w) noexcept;

/// The outcome of the task is there: calls those that wait for it, and tells CAF's observers.
void notify_end(cell& c) noexcept;

} // namespace sweet::detail
