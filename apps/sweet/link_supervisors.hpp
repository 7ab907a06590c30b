#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <vector>

#include "error_list.hpp"
#include "job_file.hpp"
#include "job_file_entries.hpp"

namespace sweet::command {

/// Gives each service of linked jobs its supervisor, and puts the supervisors in order.
void link_supervisors(job_file& file, const std::vector<table_entry>& groups, error_list& errors);

} // namespace sweet::command
