#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string_view>

#include "job_file.hpp"
#include "job_file_entries.hpp"
#include "job_file_values.hpp"

namespace sweet::command {

constexpr std::string_view ready_forms =
    R"(ready = { command = "COMMAND" }, { port = NUMBER } or { log = "PART OF A LINE" })";
constexpr std::string_view intensity_form = R"({ restarts = 3, within = "5s" })";

/// Reports what does not go together in a `ready`. @param value all of it
void check_ready(value_reader& in, const given_value& value, const given_keys& given,
                 const ready_check& ready);

/// Reports what lacks in an `intensity`. @param value all of it
void check_intensity(value_reader& in, const given_value& value, const given_keys& given,
                     const supervisor_settings& supervisor);

} // namespace sweet::command
