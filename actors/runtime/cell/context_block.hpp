#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/messages/task_progress.hpp>

#include <cstdint>
#include <memory>
#include <string>

namespace sweet::inline v0_5::detail {

struct cell;
class response_wait;
class service_link;
class task_meter;

/// State for optional features of a task's context: mailbox, progress, metrics, working directory.
/// Made on first use; lives as long as the side block.
struct context_block {
  context_block() noexcept;
  ~context_block();

  // Written before the task is published.
  std::string working_directory; ///< empty: the parent's
  /// Null: neither metrics nor traces are asked for. Shared, because only a shared pointer needs no
  /// complete task_meter here.
  std::shared_ptr<task_meter> meter;
  std::shared_ptr<service_link> service; ///< null: no child of a supervisor

  // Guarded by the task's mutex, see task_actor::mutex().
  task_progress progress;
  response_wait* responses = nullptr; ///< answers that are waited for, newest request first
  std::uint64_t last_request = 0;

  mailbox box; ///< guarded by side_block::mail_mutex
};

/// @returns the context block, made if it did not exist. Any thread that may touch the task.
context_block& context_of(cell& c);

/// @returns the context block, or null. Any thread that may touch the task.
context_block* find_context(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
