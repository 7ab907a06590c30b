#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "folder_test.hpp"
#include "job_file.hpp"
#include "job_file_error.hpp"

namespace sweet::command {

/// A job file, or all its errors in the order of the text.
struct job_file_reading {
  job_file file;
  std::vector<job_file_error> errors;
  /// Whether an interrupt came while the file was read.
  bool interrupted = false;
};

/// The most bytes that a job file may have.
constexpr std::size_t largest_job_file = std::size_t{8} << 20U;

/// Checks the text of a job file and makes its jobs. Pure but for `is_folder`.
/// @param path how errors name the file; relative `cwd`s are relative to its folder.
[[nodiscard]] job_file_reading parse_job_file(std::string_view text, const std::string& path,
                                              const folder_test& is_folder);

/// Reads and checks a job file, or "-", standard input, whose `cwd`s are relative to the current
/// folder. A file that cannot be read is an error like any other.
/// @param interrupt a descriptor that is readable once reading is to end; -1: none
[[nodiscard]] job_file_reading read_job_file(const std::string& path, int interrupt = -1);

} // namespace sweet::command
