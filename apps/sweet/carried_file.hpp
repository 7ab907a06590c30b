#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_result.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sweet::command {

/// A small file that goes along with a command, or comes back from it.
struct carried_file {
  std::string path; ///< relative to the folder of the command, without ".."
  bool is_program = false;
  std::string content;
};

/// Lets it travel.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, carried_file& x) {
  return f(x.path, x.is_program, x.content);
}

/// The most bytes of a file, and of all files that go one way.
constexpr std::size_t largest_carried_file = std::size_t{1} << 20U;
constexpr std::size_t most_carried = std::size_t{16} << 20U;

/// Whether a path may name such a file.
[[nodiscard]] bool can_be_carried(const std::string& path);

/// Reads files of a folder. Errors: io, invalid_data if one is too large
[[nodiscard]] task_result<std::vector<carried_file>>
read_carried(const std::string& folder, const std::vector<std::string>& paths);

/// Writes files into a folder, with the folders that they lie in. Errors: io, invalid_data
[[nodiscard]] task_result<void> write_carried(const std::string& folder,
                                              const std::vector<carried_file>& files);

} // namespace sweet::command
