#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/home/wait_view.hpp>

namespace sweet::inline v0_5::detail {

/// Holds a task where it waits, so that any thread can read what it waits for. A task that waits
/// writes nothing down for that: what it waits for lies in its frame, or on the stack of the thread
/// that it blocks, and both are gone once it goes on. So the task is kept from going on.
///
/// Protocol. The holder clears `blocked`, as a waker does (task_inbox::try_hold(), acquire, with
/// the release of the task's own try_block()): from then on it is the task's context, and may read
/// frame and stack with plain loads. A thread that wakes the task meanwhile finds `blocked` clear,
/// as if the task were running, and leaves its token, signal or arrival in the inbox. let_go() sets
/// `blocked` again (try_block(), release: the reads come before what the next waker does), or finds
/// that news and schedules the task. The task's frame, its children, and tasks to which it has
/// handles stay where they are meanwhile, because only its context lets go of them.
///
/// `c` may be a block that holds no task, or another one at any time: then no task is held, or that
/// other one is. The fields that say whether a hold is worth while are read before, relaxed, as a
/// hint, and again under the hold.
class held_wait {
public:
  /// Tries to hold the task. Fails if it does not wait, or is about to go on.
  explicit held_wait(cell& c) noexcept;
  held_wait(const held_wait&) = delete;
  held_wait& operator=(const held_wait&) = delete;
  ~held_wait() {
    if (held_)
      let_go();
  }

  /// Whether the task is held.
  explicit operator bool() const noexcept { return held_; }

  /// What the task waits for. @pre the task is held
  wait_view view() const noexcept;

  /// Whether its body blocks a thread. @pre the task is held
  bool blocks_thread() const noexcept { return task_.waits_for() == wait_kind::thread; }

  /// Lets the task go. @pre it is held
  /// @returns whether it waits on; otherwise its wait may be over
  bool let_go() noexcept;

private:
  cell& task_;
  bool held_;
};

} // namespace sweet::inline v0_5::detail
