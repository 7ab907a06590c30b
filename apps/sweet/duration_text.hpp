#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sweet::command {

/// Reads a duration as job files write it: whole numbers with the units h, m, s and ms, each at
/// most once and from large to small, without spaces: "250ms", "10s", "1m30s", "2h".
/// @returns nothing if `text` is no duration, or one of more than 100 years.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Formats a duration as job files write it: "1m30s". @pre `d` is positive
[[nodiscard]] std::string written_duration(std::chrono::milliseconds d);

/// Formats a duration for people: "12 ms", "3.41 s", "2 min 05 s", "3 h 07 min".
[[nodiscard]] std::string duration_text(std::chrono::nanoseconds d);

} // namespace sweet::command
