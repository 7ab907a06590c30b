#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// Thrown by a body of the library to end its task with exactly this error. The error keeps the
/// task that it names; if it names none, it happened in the body's task.
class fails_with {
public:
  /// @pre `error` is not empty
  explicit fails_with(task_error error) noexcept : error_(std::move(error)) {}

  const task_error& error() const noexcept { return error_; }

private:
  task_error error_;
};

} // namespace sweet::inline v0_5::detail
