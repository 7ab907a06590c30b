#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <string>

namespace sweet::command {

/// When to show how far a run is, and how: on a terminal as the last line, which is overwritten;
/// elsewhere as a line now and then. Only makes the text.
class progress_line {
public:
  using duration = std::chrono::nanoseconds;

  explicit progress_line(bool terminal) noexcept : terminal_(terminal) {}

  /// The time until is_due(), as poll() takes it.
  [[nodiscard]] int timeout(duration now) const noexcept;

  [[nodiscard]] bool is_due(duration now) const noexcept { return now >= next_; }

  /// Shows the progress.
  /// @param progress run_report::progress()
  /// @param columns of the terminal
  /// @returns what is to be written
  std::string show(const std::string& progress, std::size_t columns, duration now);

  /// Takes the progress off the terminal, before other text is written. @returns what is to be
  /// written; nearly always nothing
  std::string take_away();

private:
  static constexpr duration terminal_period = std::chrono::milliseconds{200};
  static constexpr duration plain_period = std::chrono::seconds{10};

  const bool terminal_;
  bool shown_ = false;
  duration next_ = terminal_ ? terminal_period : plain_period;
};

} // namespace sweet::command
