#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <optional>
#include <string>
#include <vector>

#include "each_settings.hpp"
#include "job_file_values.hpp"

namespace sweet::command {

/// Reads the `each` of a job, all but its command.
[[nodiscard]] std::optional<each_settings> read_each(value_reader& in, const toml::key& key,
                                                     const toml::node& node);

/// Makes the command that is run for each item.
/// @param run what the file says: text for a shell, or `argv`
void read_each_command(value_reader& in, const toml::node& run,
                       const std::vector<std::string>& argv, each_settings& to);

} // namespace sweet::command
