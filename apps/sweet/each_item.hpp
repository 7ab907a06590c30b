#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <string>
#include <vector>

namespace sweet::command {

/// An item of an each-job, which runs its command once for each item.
struct each_item {
  /// The name in reports: a line or path itself; FILE:LINE for a row.
  std::string name;
  /// One per field of the command.
  std::vector<std::string> values{};
  /// Why the command cannot be run for the item; empty: it can.
  std::string problem{};
};

/// The longest argument that Linux takes, in bytes.
constexpr std::size_t longest_value = 128U * 1024U - 1;

} // namespace sweet::command
