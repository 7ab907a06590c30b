#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <vector>

#include "each_settings.hpp"
#include "job_file_entries.hpp"
#include "job_file_values.hpp"

namespace sweet::command {

/// Reads where the items come from.
/// @returns whether it could be read
bool read_items(value_reader& in, const given_value& value, item_origin origin, each_settings& to);

/// Reports settings of an `each` that do not go together. @param value the whole `each`
void check_each(value_reader& in, const given_value& value, const given_keys& given,
                const each_settings& each);

/// Makes the command that is run for each item.
/// @param run what the file says: text for a shell, or `argv`
void read_each_command(value_reader& in, const toml::node& run,
                       const std::vector<std::string>& argv, each_settings& to);

/// Makes the files of an each-job a part of its template, once its group is merged in.
/// @returns what is wrong; empty: nothing
[[nodiscard]] std::string read_each_files(job_settings& to);

} // namespace sweet::command
