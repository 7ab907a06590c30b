#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <optional>
#include <string>
#include <string_view>

#include "error_list.hpp"
#include "folder_test.hpp"
#include "job_file_entries.hpp"

namespace sweet::command {

/// Reads TOML into entries.
/// @param home the folder of the file, for `cwd`
/// @returns nothing if the text is not TOML, which is then the only error.
[[nodiscard]] std::optional<job_file_entries> read_entries(std::string_view text,
                                                           const std::string& home,
                                                           const folder_test& is_folder,
                                                           error_list& errors);

} // namespace sweet::command
