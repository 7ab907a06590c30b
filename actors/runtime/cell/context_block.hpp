#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/messages/task_progress.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace sweet::detail {

struct cell;
class response_wait;
class service_link;
class task_meter;

/// What a task keeps once it uses its context for more than to spawn and to wait. Made on first
/// use, behind the side block; lives as long as that.
struct context_block {
  context_block() noexcept;
  ~context_block();

  // Written before the task is published.
  std::string working_directory; ///< empty: the parent's
  /// Null: nobody asked for metrics or traces. Shared only since that needs no task_meter here.
  std::shared_ptr<task_meter> meter;
  std::shared_ptr<service_link> service; ///< null: no child of a supervisor

  // Guarded by the task's mutex, see task_actor::mutex().
  task_progress progress;
  response_wait* responses = nullptr; ///< answers that are waited for, newest request first
  std::uint64_t last_request = 0;
  mailbox box;
};

/// @returns the context block, made if it did not exist. Any thread that may touch the task.
context_block& context_of(cell& c);

/// @returns the context block, or null. Any thread that may touch the task.
context_block* find_context(cell& c) noexcept;

} // namespace sweet::detail
