#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "job_template.hpp"

namespace sweet::command {

/// Where the items of an each-job come from.
enum class item_origin : std::uint8_t { lines, glob, command, csv, ndjson };

/// How many items run at a time.
enum class each_strategy : std::uint8_t { parallel, serial, adaptive };

/// What an each-job has besides what every job has: its command is run once per item.
struct each_settings {
  item_origin origin = item_origin::lines;
  /// A file ("-": standard input), a pattern, or a command.
  std::string from;
  each_strategy strategy = each_strategy::parallel;
  /// Of `parallel`; empty: as many as jobs may run at a time.
  std::optional<std::uint32_t> workers;
  /// Whether results are told in the order of the items.
  bool ordered = false;
  /// Whether the first item that fails is the last one to be started.
  bool stops_on_error = true;
  /// How often an item is run again that fails.
  std::uint32_t retry = 0;
  /// How long it waits before it runs again; each time twice as long.
  std::chrono::milliseconds backoff{0};
  /// Of one run of an item.
  std::optional<std::chrono::milliseconds> timeout;
  job_template run;

  /// Whether the items are what sweet reads from its own standard input.
  [[nodiscard]] bool reads_standard_input() const noexcept {
    return from == "-" && origin != item_origin::glob && origin != item_origin::command;
  }

  bool operator==(const each_settings&) const = default;
};

/// As the job file has it: "lines".
[[nodiscard]] const char* name_of(item_origin x) noexcept;

} // namespace sweet::command
