#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>
#include <memory>

#include "job_file.hpp"
#include "run_report.hpp"

namespace sweet::command {

/// Makes a report for people: a line when a job starts and when it ends, and the last 20 lines that
/// a failed job has printed.
/// @param file must outlive the report
[[nodiscard]] std::unique_ptr<run_report> make_text_report(const job_file& file,
                                                           report_options options);

/// How many failed items of an each-job are shown to people.
constexpr std::uint64_t most_failed_items = 1'000;

} // namespace sweet::command
