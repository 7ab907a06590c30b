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

/// Reports settings of a `ready` that do not go together. @param value the whole `ready`
void check_ready(value_reader& in, const given_value& value, const given_keys& given,
                 const ready_check& ready);

/// Reports what an `intensity` lacks. @param value the whole `intensity`
void check_intensity(value_reader& in, const given_value& value, const given_keys& given,
                     const supervisor_settings& supervisor);

} // namespace sweet::command
