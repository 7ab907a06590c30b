// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/check_not_cancelled.hpp>

#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/messages/cancelled.hpp>

namespace sweet::inline v0_5::detail {

bool is_task_cancelled() noexcept {
  cell* const task = this_thread().task;
  return task != nullptr && is_interrupted(*task);
}

void check_not_cancelled() {
  if (!is_task_cancelled() || is_unwinding(*this_thread().task))
    return;
  note_heard(*this_thread().task);
  throw cancelled{};
}

} // namespace sweet::inline v0_5::detail
