#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <string>

namespace sweet::command {

/// A mistake in a job file, and what to do about it.
struct job_file_error {
  std::string path;
  /// Counted from 1; 0: the file as a whole.
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;

  bool operator==(const job_file_error&) const = default;
};

/// Formats an error: "jobs.toml:3:5: error: message".
std::string to_string(const job_file_error& x);

} // namespace sweet::command
