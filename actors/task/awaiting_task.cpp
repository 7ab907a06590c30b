// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/awaiting_task.hpp>

#include <stdexcept>

namespace sweet::inline v0_5::detail {

void throw_context_of_another_task() {
  throw std::logic_error{
      "a coroutine awaits through the task_context of another task: what a context "
      "gives is awaited by its own task only. Give the coroutine a task_context "
      "parameter, by value, and use that one"};
}

void throw_child_of_another_task() {
  throw std::logic_error{
      "a coroutine awaits the child of another task, such as a child_task that its caller has "
      "handed to it: a child is awaited by its parent only. Await it there, or hand "
      "over child.share()"};
}

} // namespace sweet::inline v0_5::detail
