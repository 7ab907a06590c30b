// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_group.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

#include <unistd.h>

#include <sweet/actors/process/process_list.hpp>

namespace sweet::inline v0_5::detail {

namespace {

// Whether the process whose /proc/PID/stat this is belongs to the group, and is no zombie. If the
// file cannot be read, the process has ended meanwhile.
bool is_running_member(const unique_fd& stat, pid_t group) {
  char text[512];
  auto n = stat ? ::read(stat.get(), text, sizeof text - 1) : -1;
  if (n <= 0)
    return false;
  text[n] = '\0';
  // pid (name) state parent group; the name may hold anything, parentheses too.
  const char* rest = std::strrchr(text, ')');
  char state = 0;
  int parent = 0;
  int its_group = 0;
  return rest && std::sscanf(rest, ") %c %d %d", &state, &parent, &its_group) == 3 &&
         its_group == group && state != 'Z' && state != 'X';
}

} // namespace

bool group_runs(pid_t group) {
  if (::kill(-group, 0) != 0 && errno == ESRCH)
    return false;
  process_list all;
  if (!all)
    return true;
  while (const char* pid = all.next())
    if (is_running_member(all.open(pid, "stat"), group))
      return true;
  return false;
}

} // namespace sweet::inline v0_5::detail
