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

/// All that a job has printed, to be printed as the inside of a JSON string: what is no UTF-8
/// becomes U+FFFD.
struct json_output {
  captured_output text;

  [[nodiscard]] std::uint64_t size() const noexcept { return text.size(); }
};

/// What is to be printed: text, or all that a job has printed itself, which is read in pieces.
using report_piece = std::variant<std::string, captured_output, json_output>;
using report_pieces = std::vector<report_piece>;

/// Words a run as text. Only makes the text; somebody else prints it.
class run_report {
public:
  virtual ~run_report() = default;

  /// @param at when it happened, counted from the start of the run
  [[nodiscard]] virtual report_pieces words(run_event event, std::chrono::nanoseconds at) = 0;

  [[nodiscard]] virtual std::string words(const run_summary& summary) = 0;

  /// How far the each-jobs are that run, on one line without its end; empty: there are none, or
  /// nobody wants to know.
  [[nodiscard]] virtual std::string progress(std::chrono::nanoseconds at) const {
    static_cast<void>(at);
    return {};
  }
};

struct report_options {
  /// Print all that a job has printed, not only the tail of those that failed.
  bool verbose = false;
  /// Use the colours of terminals.
  bool colour = false;
};

/// How much of what a failed job printed is shown.
constexpr std::size_t tail_lines = 20;

} // namespace sweet::command
