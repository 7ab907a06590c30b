#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <string_view>

namespace sweet::inline v0_5::detail {

/// Where a program is.
struct program_path {
  /// Empty if error is set.
  std::string path;
  /// ENOENT: in no folder of the search path; EACCES: found, but not executable.
  int error = 0;
};

/// Finds a program as a shell does: a name with a slash stands for itself, any other is searched in
/// the folders of `search_path`, an empty one of which is the current folder.
[[nodiscard]] program_path find_program(std::string_view name, std::string_view search_path);

} // namespace sweet::inline v0_5::detail
