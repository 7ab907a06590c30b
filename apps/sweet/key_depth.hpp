#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <optional>
#include <string_view>

#include "text_place.hpp"

namespace sweet::command {

/// The most parts that a key of a job file may have, with those of the tables that it stands in.
/// The parser makes a table of each part, within the other, and frees them by recursion.
constexpr std::size_t most_key_parts = 64;

/// Returns where a TOML text has a key of more parts, or as many tables and arrays within each
/// other.
[[nodiscard]] std::optional<text_place> too_deep_key(std::string_view toml);

} // namespace sweet::command
