#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async_event.hpp>

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>

namespace sweet::command {

/// The output of one process of a service: keeps the last lines, and looks for a text in all lines.
class service_output {
public:
  /// Longer lines are cut.
  static constexpr std::size_t longest_line = 4096;

  /// @param awaited part of a line; empty: nothing is looked for
  explicit service_output(std::string awaited) : awaited_(std::move(awaited)) {}

  /// Adds the next bytes. One thread at a time.
  void add(std::string_view bytes);

  /// The event that is set once the text has been printed.
  async_event& seen() noexcept { return seen_; }

  /// The last lines. Any thread.
  [[nodiscard]] std::string tail() const;

  /// Keeps what the last check whether the service serves has said; empty: it serves. Any thread.
  void set_last_check(std::string what);
  [[nodiscard]] std::string last_check() const;

private:
  void look();

  const std::string awaited_;
  async_event seen_;
  mutable std::mutex mutex_;
  std::deque<std::string> lines_; ///< complete lines without their ends; under the mutex
  std::string last_check_;        ///< under the mutex
  std::string line_;              ///< the last line, as far as it has come; under the mutex
};

} // namespace sweet::command
