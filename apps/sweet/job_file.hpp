#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/messages/task_priority.hpp>

namespace sweet::command {

/// A job as it will run: what its group says is already merged in.
struct job {
  std::string name;
  /// Empty: in no group.
  std::string group;
  /// The program and its arguments. A `run` string has become /bin/sh -c STRING.
  std::vector<std::string> argv;
  /// Places in job_file::jobs, ascending, each once; a needed group has become its members.
  std::vector<std::size_t> needs;
  std::optional<std::chrono::milliseconds> timeout;
  task_priority priority = task_priority::normal;
  std::map<std::string, std::string> env;
  /// Where it runs: absolute, or relative to where `sweet` runs if the file's own path is.
  std::string cwd;

  bool operator==(const job&) const = default;
};

/// The jobs of a file that passed every check, in the file's order; `needs` has no cycle.
struct job_file {
  std::vector<job> jobs;
  /// In the file's order; each has at least one job.
  std::vector<std::string> groups;
};

/// Something that is wrong with a job file, and what to do about it.
struct job_file_error {
  std::string path;
  /// From 1; 0: the file as a whole.
  std::size_t line = 0;
  std::size_t column = 0;
  std::string message;

  bool operator==(const job_file_error&) const = default;
};

/// "jobs.toml:3:5: error: message"
std::string to_string(const job_file_error& x);

/// A job file, or all that is wrong with it in the file's order.
struct job_file_reading {
  job_file file;
  std::vector<job_file_error> errors;
};

/// Whether that path is a folder that can be entered.
using folder_test = std::function<bool(const std::string& path)>;

/// Checks the text of a job file and makes its jobs. Pure but for `is_folder`.
/// @param path how errors name the file; relative `cwd`s are relative to its folder.
[[nodiscard]] job_file_reading parse_job_file(std::string_view text, const std::string& path,
                                              const folder_test& is_folder);

/// Reads and checks a job file. A file that cannot be read is an error like any other.
[[nodiscard]] job_file_reading read_job_file(const std::string& path);

} // namespace sweet::command
