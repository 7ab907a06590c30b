// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_process.hpp"

#include <system_error>

namespace sweet::command {

process_spec process_of(const job& what, const orphan_guard& guard) {
  process_spec spec{what.argv};
  spec.env.insert(what.env.begin(), what.env.end());
  spec.cwd = what.cwd;
  spec.output = process_output::capture_merged;
  spec.scope = what.leaves_daemons ? process_scope::group : process_scope::descendants;
  guard.mark(spec);
  return spec;
}

std::string failure_of(const process_result& result) {
  if (!result.status.success())
    return to_string(result.status);
  if (result.out.error() != 0)
    return "its output could not be kept: " + std::generic_category().message(result.out.error());
  return {};
}

task_result<task_process> start_process(task_context ctx, const process_spec& spec) {
  try {
    return task_process::start(ctx, spec);
  } catch (const std::system_error& e) {
    return task_error{error_code::io, e.what()};
  }
}

} // namespace sweet::command
