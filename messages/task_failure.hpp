#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <exception>
#include <utility>

#include <sweet/messages/task_error.hpp>

namespace sweet {

/// What is thrown where the value of a failed task is asked for. Not caught by a body, it becomes
/// the cause of that body's own failure.
struct task_failure : std::exception {
  /// @pre `error` is not empty
  explicit task_failure(task_error error) noexcept : error_(std::move(error)) {}

  const task_error& error() const noexcept { return error_; }

  /// The whole chain of causes as text; see to_string(task_error).
  const char* what() const noexcept override { return error_.what(); }

private:
  task_error error_;
};

} // namespace sweet
