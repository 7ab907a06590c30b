#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <memory>

namespace sweet::inline v0_5::detail {

struct cell;

/// A function that is called with the outcome of a task.
class done_callback {
public:
  virtual ~done_callback() = default;
  /// Calls the function, which may throw anything.
  virtual void call(cell& task) = 0;
};

/// Calls `callback` once, when the task has its outcome: on a worker or, if the runtime is gone by
/// then, on the thread that finds this out. An exception of the callback goes to the log. Any
/// thread.
/// @pre `task` is shared, and held by the caller
/// @throws std::bad_alloc
void call_when_done(cell& task, std::unique_ptr<done_callback> callback);

} // namespace sweet::inline v0_5::detail
