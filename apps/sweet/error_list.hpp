#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "job_file_error.hpp"
#include "text_place.hpp"

namespace sweet::command {

/// Gathers the errors of a job file. Every check goes on after an error, so that one run shows all
/// of them.
class error_list {
public:
  /// @param path how the errors name the file
  explicit error_list(std::string path) : path_(std::move(path)) {}

  void add(text_place where, std::string message) { errors_.emplace(where, std::move(message)); }

  [[nodiscard]] bool empty() const noexcept { return errors_.empty(); }

  /// All errors in the order of the text.
  [[nodiscard]] std::vector<job_file_error> take();

private:
  std::string path_;
  std::multimap<text_place, std::string> errors_; ///< errors of one place as they came
};

} // namespace sweet::command
