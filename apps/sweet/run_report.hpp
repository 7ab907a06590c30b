#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "run_events.hpp"

namespace sweet::command {

/// The output of a job, to be printed as the inside of a JSON string: bytes that are no UTF-8
/// become U+FFFD.
struct json_output {
  captured_output text;

  [[nodiscard]] std::uint64_t size() const noexcept { return text.size(); }
};

/// A piece of a report: text, or the output of a job, which is read in pieces.
using report_piece = std::variant<std::string, captured_output, json_output>;
using report_pieces = std::vector<report_piece>;

/// Words a run as text, which the caller prints.
class run_report {
public:
  virtual ~run_report() = default;

  /// @param at when it happened, counted from the start of the run
  [[nodiscard]] virtual report_pieces words(run_event event, std::chrono::nanoseconds at) = 0;

  [[nodiscard]] virtual std::string words(const run_summary& summary) = 0;

  /// Says how far the running each-jobs are, on one line without its end; empty: none runs, or the
  /// report shows no progress.
  [[nodiscard]] virtual std::string progress(std::chrono::nanoseconds at) const {
    static_cast<void>(at);
    return {};
  }
};

struct report_options {
  /// Whether to print the whole output of each job, not only the tail of failed ones.
  bool verbose = false;
  /// Whether to use the colours of terminals.
  bool colour = false;
};

/// How much of what a failed job printed is shown.
constexpr std::size_t tail_lines = 20;

} // namespace sweet::command
