#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "job_template.hpp"

namespace sweet::command {

/// Where the items of an each-job come from.
enum class item_origin : std::uint8_t { lines, glob, command, csv, ndjson };

/// How many items run at a time.
enum class each_strategy : std::uint8_t { parallel, serial, adaptive };

/// What becomes of the other items when one has failed.
enum class item_failure : std::uint8_t {
  stop, ///< none is started any more
  go_on ///< all are run
};

} // namespace sweet::command

template <>
struct sweet::detail::enum_names<sweet::command::item_origin> {
  static constexpr std::string_view type = "item_origin";
  static constexpr std::array<std::string_view, 5> values{"lines", "glob", "command", "csv",
                                                          "ndjson"};
};

template <>
struct sweet::detail::enum_names<sweet::command::each_strategy> {
  static constexpr std::string_view type = "each_strategy";
  static constexpr std::array<std::string_view, 3> values{"parallel", "serial", "adaptive"};
};

template <>
struct sweet::detail::enum_names<sweet::command::item_failure> {
  static constexpr std::string_view type = "item_failure";
  static constexpr std::array<std::string_view, 2> values{"stop", "continue"};
};

namespace sweet::command {

/// The settings of an each-job besides those of every job; its command is run once per item.
struct each_settings {
  item_origin origin = item_origin::lines;
  /// A file ("-": standard input), a pattern, or a command.
  std::string from;
  each_strategy strategy = each_strategy::parallel;
  /// The workers of `parallel`; empty: as many as jobs may run at a time.
  std::optional<std::uint32_t> workers;
  /// Whether results are told in the order of the items.
  bool ordered = false;
  item_failure on_error = item_failure::stop;
  /// How often a failed item is run again.
  std::uint32_t retry = 0;
  /// How long a failed item waits before it runs again; each time twice as long.
  std::chrono::milliseconds backoff{0};
  /// The time limit of one run of an item.
  std::optional<std::chrono::milliseconds> timeout;
  job_template run;

  /// Whether the items are what sweet reads from its own standard input.
  [[nodiscard]] bool reads_standard_input() const noexcept {
    return from == "-" && origin != item_origin::glob && origin != item_origin::command;
  }

  bool operator==(const each_settings&) const = default;
};

} // namespace sweet::command
