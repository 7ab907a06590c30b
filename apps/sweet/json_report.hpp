#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <memory>

#include "job_file.hpp"
#include "run_report.hpp"

namespace sweet::command {

/// Makes a report for programs: a JSON object per line. docs/guides/job-files.md lists the events
/// and their members.
/// @param file must outlive the report
[[nodiscard]] std::unique_ptr<run_report> make_json_report(const job_file& file,
                                                           report_options options);

} // namespace sweet::command
