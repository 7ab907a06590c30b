#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <memory>

namespace sweet::detail {

struct cell;

/// What is called with the outcome of a task.
class done_callback {
public:
  virtual ~done_callback() = default;
  /// May throw anything.
  virtual void call(cell& task) = 0;
};

/// Calls it once when the task has ended, on a worker; if the runtime is gone by then, here. What
/// it throws goes to the log. Any thread.
/// @pre `task` is shared, and held by the caller
/// @throws std::bad_alloc
void call_when_done(cell& task, std::unique_ptr<done_callback> callback);

} // namespace sweet::detail
