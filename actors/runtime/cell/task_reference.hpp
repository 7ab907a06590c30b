#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_id.hpp>

#include <caf/fwd.hpp>

#include <cstdint>
#include <string>

namespace sweet::inline v0_5::detail {

// -- identity -------------------------------------------------------------------------------------

/// Turns the id of a task into a CAF actor id, out of the way of the ids that CAF gives out.
inline constexpr std::uint64_t caf_id_bit = std::uint64_t{1} << 62;

task_id id_of(cell& c);
/// The id of a task to which the caller holds a counted reference: that has an id, which stays.
task_id id_of_exposed(cell& c) noexcept;
std::string name_of(cell& c);

/// Reads the id and name of the task in a block that may be freed and reused at any time, such as
/// one that a snapshot looks at.
/// @param name null if not asked for @returns false if the block holds no task
bool identify_live(cell& c, task_id& id, std::string* name);

// -- handles --------------------------------------------------------------------------------------

/// Lets CAF's reference counts own the block from now on. Any thread that may touch the task.
void expose(cell& c);
/// Exposes the task, and takes a reference to it. Any thread that may touch the task.
void share(cell& c);

enum class pinned : std::uint8_t { no, exposed_now, exposed_before };

/// Takes a reference to the task that lives in a block, unless there is none or it has ended. Any
/// thread, also one that has nothing to do with the task.
pinned pin_live(cell& c);
void add_reference(cell& c) noexcept;
void release_reference(cell& c) noexcept;

/// Takes a reference to the task, as CAF's pointer. Any thread that may touch the task.
caf::strong_actor_ptr strong_pointer(cell& c);

/// Takes a reference to the task, as an actor handle. A template, so that task handles can offer it
/// while caf::actor is incomplete.
template <class Actor>
Actor actor_as(cell& c);

template <>
caf::actor actor_as<caf::actor>(cell& c);

/// Throws the std::logic_error of a handle that refers to no task.
[[noreturn]] void throw_no_task();
/// Returns the task that a handle refers to. @throws std::logic_error if `c` is null
inline cell& task_of_handle(cell* c) {
  if (c == nullptr) [[unlikely]]
    throw_no_task();
  return *c;
}

} // namespace sweet::inline v0_5::detail
