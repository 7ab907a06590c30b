#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/relaxed.hpp>
#include <sweet/actors/runtime/home/wait_view.hpp>
#include <sweet/actors/runtime/system/gate.hpp>

#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

struct cell;
class blocking_pool;
class workplace;
class task_home;

/// What the runtime knows of a thread.
struct thread_state {
  /// The processor that this thread drives. A body that blocks in await() may come back with
  /// another one, or none.
  workplace* driven = nullptr;
  /// The task whose body runs on this thread. The watchdog of the runtime looks at it.
  relaxed<cell*> task;
  /// Where tasks that are made on this thread belong if it drives no processor.
  task_home* home = nullptr;
  /// Whether the thread is a worker of the scheduler, which needs a processor to go on.
  bool is_worker = false;
  /// The pool for blocking bodies that the thread belongs to; null: none.
  blocking_pool* pool = nullptr;
  /// Whether the thread runs a callback of on_done(), which needs no processor.
  bool in_callback = false;
  /// Not null: the thread runs a function of the user's that must not wait; see user_callback.
  const task_home* callback_of = nullptr;
  /// Opened when a blocked thread may go on; a worker finds its processor in `given`.
  gate wake_up;
  /// What the body waits for that blocks this thread. The task's context.
  wait_view blocked_for;
  workplace* given = nullptr;
  /// Where the bottom of the driven processor's queue was when `task` began its turn.
  std::int64_t watermark = 0;
  /// Below this address the stack is too full for helping.
  std::uintptr_t stack_limit = 0;
  /// The task whose host is about to run it on this thread; see run_turn().
  const cell* hosted = nullptr;
  thread_state* next_spare = nullptr;
};

extern thread_local constinit thread_state state_of_this_thread;

/// Returns the state of the calling thread. Not for coroutines: they resume on another thread than
/// they were suspended on, and the compiler may keep the address of a thread-local variable across
/// that.
inline thread_state& this_thread() noexcept {
  return state_of_this_thread;
}

} // namespace sweet::inline v0_5::detail
