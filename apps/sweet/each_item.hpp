#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <string>
#include <vector>

namespace sweet::command {

/// What an each-job runs its command for, once.
struct each_item {
  /// How reports call it: a line or path is its own name, what comes from a row is FILE:LINE.
  std::string name;
  /// One per field of the command.
  std::vector<std::string> values{};
  /// Why the command cannot be run for it; empty: it can.
  std::string problem{};
};

/// As much as Linux takes as one argument.
constexpr std::size_t longest_value = 128U * 1024U - 1;

} // namespace sweet::command
