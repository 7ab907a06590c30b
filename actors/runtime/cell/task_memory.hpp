#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/compiler_check.hpp>

#include <cstddef>

namespace sweet::inline v0_5::detail {

class workplace;
class task_home;

/// Makes a task whose body has `body_size` bytes; it is not in the tree yet. The task belongs to
/// the runtime of this thread's current task, or to the one that a spawn_target names.
/// @throws std::logic_error if this thread has neither, std::bad_alloc
cell& make_task(std::size_t body_size);

/// While it lives, tasks made by this thread belong to `home`.
class spawn_target {
public:
  explicit spawn_target(task_home& home) noexcept;
  ~spawn_target();
  spawn_target(const spawn_target&) = delete;
  spawn_target& operator=(const spawn_target&) = delete;

private:
  task_home* previous_home_;
  workplace* previous_driven_;
};

/// Destroys a task to which no other thread refers, and gives its block back.
void discard(cell& c) noexcept;

/// Destroys what is left in a task's block: body, value, error, side block.
void destroy_task(cell& c) noexcept;

/// Gives the block of a destroyed task back.
void free_task(cell& c) noexcept;

/// Destroys the value or error that a task has ended with, if there is one.
void drop_outcome(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
