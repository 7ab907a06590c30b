#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "error_list.hpp"
#include "job_file.hpp"
#include "job_file_entries.hpp"

namespace sweet::command {

/// Looks up the names in `needs` and `group`, finds cycles, and merges groups into their jobs.
[[nodiscard]] job_file link_entries(job_file_entries entries, error_list& errors);

} // namespace sweet::command
