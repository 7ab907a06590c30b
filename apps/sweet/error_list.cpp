// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "error_list.hpp"

namespace sweet::command {

std::vector<job_file_error> error_list::take() {
  std::vector<job_file_error> all;
  all.reserve(errors_.size());
  for (auto& [where, message] : errors_)
    all.push_back({path_, where.line, where.column, std::move(message)});
  errors_.clear();
  return all;
}

} // namespace sweet::command
