// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/log_to_stderr.hpp>

#include <cstdio>

namespace sweet::inline v0_5 {

void log_to_stderr(const log_record& record) {
  if (record.level < log_level::warning)
    return;
  // One call, so that the lines of several threads do not mix.
  const auto line = to_string(record) + '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

} // namespace sweet::inline v0_5
