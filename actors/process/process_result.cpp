// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_result.hpp>

#include <cstring>

namespace sweet::inline v0_5 {

std::string to_string(const exit_status& x) {
  if (!x.known)
    return "unknown exit status";
  if (x.signal == 0)
    return "exit " + std::to_string(x.code);
  const char* name = ::sigabbrev_np(x.signal);
  auto text = name ? std::string{"SIG"} + name : "signal " + std::to_string(x.signal);
  return x.core_dumped ? text + " (core dumped)" : text;
}

} // namespace sweet::inline v0_5
