// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/held_wait.hpp>

#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>

namespace sweet::inline v0_5::detail {

namespace {

bool is_in_wait(const cell& c) noexcept {
  if (c.stage() != phase::running)
    return false;
  switch (c.waits_for()) {
    case wait_kind::child:
    case wait_kind::outcome:
    case wait_kind::join:
    case wait_kind::source:
    case wait_kind::set:
    case wait_kind::thread: return true;
    case wait_kind::none:
    case wait_kind::came:
    case wait_kind::served:
    case wait_kind::yield:
    case wait_kind::stop: break;
  }
  return false;
}

} // namespace

held_wait::held_wait(cell& c) noexcept : task_(c), held_(is_in_wait(c) && c.inbox.try_hold()) {
  if (held_ && !is_in_wait(c)) {
    // Another task has the block by now, and waits for its turn, say.
    let_go();
    held_ = false;
  }
}

wait_view held_wait::view() const noexcept {
  switch (task_.waits_for()) {
    case wait_kind::source: {
      const wait_source& source = *task_.result.source;
      wait_view view{.on = source.ops->reason};
      if (source.ops->describe != nullptr)
        source.ops->describe(source, view);
      return view;
    }
    case wait_kind::set: return {.on = wait_reason::group};
    case wait_kind::thread: return task_.result.thread->blocked_for;
    default: return {.on = wait_reason::child, .target = task_.result.child};
  }
}

bool held_wait::let_go() noexcept {
  held_ = false;
  if (task_.inbox.try_block())
    return true;
  schedule(task_);
  return false;
}

} // namespace sweet::inline v0_5::detail
