#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <span>
#include <string_view>

#include "each_settings.hpp"
#include "job_file.hpp"
#include "job_file_entries.hpp"
#include "job_key.hpp"

// All keys that a job file can have. A new one is a row here, a field that it is read into, and
// whatever uses that field.
namespace sweet::command {

/// How a job says what it runs.
constexpr std::string_view run_forms = R"(run = "COMMAND" or run = ["PROGRAM", "ARGUMENT"])";

/// The keys of [job.NAME] and [group.NAME].
[[nodiscard]] std::span<const job_key<table_entry>> job_keys() noexcept;

/// The keys of an `each`.
[[nodiscard]] std::span<const job_key<each_settings>> each_keys() noexcept;

/// The keys of a `ready`.
[[nodiscard]] std::span<const job_key<ready_check>> ready_keys() noexcept;

/// The keys of an `intensity`.
[[nodiscard]] std::span<const job_key<supervisor_settings>> intensity_keys() noexcept;

} // namespace sweet::command
