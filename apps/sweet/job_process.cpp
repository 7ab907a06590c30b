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
  std::string lost;
  if (result.out.error() != 0)
    lost = "its output could not be kept: " + std::generic_category().message(result.out.error());
  if (!result.status.success())
    return to_string(result.status) + (lost.empty() ? "" : "; " + lost);
  return lost;
}

} // namespace sweet::command
