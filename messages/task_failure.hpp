#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <exception>
#include <utility>

#include <sweet/messages/task_error.hpp>

namespace sweet::inline v0_5 {

/// The exception that asking a failed task for its value throws. A body that does not catch it
/// fails, with the error as its cause.
struct task_failure : std::exception {
  /// Makes the exception for an error.
  /// @pre `error` is not empty
  explicit task_failure(task_error error) noexcept : error_(std::move(error)) {}

  /// Returns why the task failed.
  const task_error& error() const noexcept { return error_; }

  /// Returns the error with the whole chain of its causes as text; see to_string(const
  /// task_error&).
  const char* what() const noexcept override { return error_.what(); }

private:
  task_error error_;
};

} // namespace sweet::inline v0_5
