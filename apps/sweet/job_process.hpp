#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/process/process_spec.hpp>

#include <string>
#include <vector>

#include "job_file.hpp"

namespace sweet::command {

/// Describes the process of a job, under the guard, with its output captured as one stream.
process_spec process_of(const job& what, const orphan_guard& guard);

/// Why a process that has ended by itself has failed, for people; empty: it succeeded.
std::string failure_of(const process_result& result);

} // namespace sweet::command
