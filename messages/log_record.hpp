#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_id.hpp>

#include <chrono>
#include <iosfwd>
#include <string>

namespace sweet::inline v0_5 {

/// One entry of the log, written by a task or by the runtime on its behalf.
struct log_record {
  /// How much the entry matters.
  log_level level = log_level::info;
  task_id task{};     ///< the task; task_id::none if the entry is about none
  std::string name{}; ///< the name of the task; may be empty
  std::string text{}; ///< the message
  std::chrono::steady_clock::time_point time{}; ///< by the clock of the runtime

  friend bool operator==(const log_record&, const log_record&) = default;
};

/// Formats a record as one line without its end: `warning: download #12: no answer, trying again`.
/// Line breaks and other control characters within the text become `?`.
std::string to_string(const log_record& x);

/// Writes to_string() of the record.
std::ostream& operator<<(std::ostream& out, const log_record& x);

} // namespace sweet::inline v0_5
