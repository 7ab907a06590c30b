// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "remote_command.hpp"

#include <chrono>

namespace sweet::command {

std::string command_name(std::string_view role) {
  return "command." + std::string{role};
}

command_end as_travels(const process_result& x) {
  command_end to;
  to.code = x.status.code;
  to.signal = x.status.signal;
  to.core_dumped = x.status.core_dumped;
  to.is_known = x.status.known;
  to.wall = x.usage.wall.count();
  to.user = x.usage.user.count();
  to.system = x.usage.system.count();
  to.max_rss = x.usage.max_rss;
  to.left_processes = x.left_processes;
  to.output_cut_off = x.output_cut_off;
  to.still_running.assign(x.still_running.begin(), x.still_running.end());
  return to;
}

process_result as_result(const command_end& x) {
  process_result to;
  to.status = {x.code, x.signal, x.core_dumped, x.is_known};
  to.usage.wall = std::chrono::nanoseconds{x.wall};
  to.usage.user = std::chrono::microseconds{x.user};
  to.usage.system = std::chrono::microseconds{x.system};
  to.usage.max_rss = x.max_rss;
  to.left_processes = x.left_processes;
  to.output_cut_off = x.output_cut_off;
  to.still_running.assign(x.still_running.begin(), x.still_running.end());
  return to;
}

} // namespace sweet::command
