#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_id.hpp>

#include <chrono>
#include <iosfwd>
#include <string>

namespace sweet {

/// Something that a task, or the runtime on its behalf, has to tell.
struct log_record {
  log_level level = log_level::info;
  task_id task{};     ///< task_id::none if it is about no task
  std::string name{}; ///< of the task; may be empty
  std::string text{};
  std::chrono::steady_clock::time_point time{}; ///< by the runtime's clock

  friend bool operator==(const log_record&, const log_record&) = default;
};

/// One line without its end: `warning: download #12: no answer, trying again`. Line breaks and
/// other control characters within the text become `?`.
std::string to_string(const log_record& x);

std::ostream& operator<<(std::ostream& out, const log_record& x);

} // namespace sweet
