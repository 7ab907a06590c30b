#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <string_view>
#include <vector>

#include "job_file_error.hpp"
#include "job_key.hpp"
#include "node_config.hpp"
#include "node_options.hpp"

namespace sweet::command {

/// What a node is told, or all that is wrong with it.
struct node_config_reading {
  node_config config;
  std::vector<job_file_error> errors;
};

/// Takes what a file says, and what flags say in place of it.
/// @param place node or asking: the keys of others are refused
/// @param text the TOML of the file
/// @param path how errors name the file; the paths in it are relative to its folder
[[nodiscard]] node_config_reading parse_node_config(key_place place, std::string_view text,
                                                    const std::string& path,
                                                    const key_flags& flags);

/// The same, with a file that is read; an empty path: there is none.
[[nodiscard]] node_config_reading read_node_config(key_place place, const std::string& path,
                                                   const key_flags& flags);

} // namespace sweet::command
