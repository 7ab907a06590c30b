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

/// What one process of a service prints: its last lines are kept, and a text is looked for in all
/// of them.
class service_output {
public:
  /// What is longer is cut.
  static constexpr std::size_t longest_line = 4096;

  /// @param awaited part of a line; empty: nothing is looked for
  explicit service_output(std::string awaited) : awaited_(std::move(awaited)) {}

  /// The next bytes. One thread at a time.
  void add(std::string_view bytes);

  /// Set once the text has been printed.
  async_event& seen() noexcept { return seen_; }

  /// The last lines. Any thread.
  [[nodiscard]] std::string tail() const;

  /// What the last check whether the service serves has come to; empty: it serves. Any thread.
  void set_last_check(std::string what);
  [[nodiscard]] std::string last_check() const;

private:
  void look();

  const std::string awaited_;
  async_event seen_;
  mutable std::mutex mutex_;
  std::deque<std::string> lines_; ///< complete ones, without their ends; the mutex
  std::string last_check_;        ///< the mutex
  std::string line_;              ///< the last one, as far as it has come; the mutex
};

} // namespace sweet::command
