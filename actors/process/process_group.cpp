// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_group.hpp>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <sweet/actors/process/unique_fd.hpp>

namespace sweet::detail {

namespace {

// Whether that process is in the group, and no zombie. One that cannot be read has ended meanwhile.
bool is_running_member(int proc, const char* pid, pid_t group) {
  char path[300];
  std::snprintf(path, sizeof path, "%s/stat", pid);
  unique_fd file{::openat(proc, path, O_RDONLY | O_CLOEXEC)};
  char text[512];
  auto n = file ? ::read(file.get(), text, sizeof text - 1) : -1;
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

bool group_runs(pid_t group) noexcept {
  if (::kill(-group, 0) != 0 && errno == ESRCH)
    return false;
  struct closer {
    void operator()(DIR* d) const { ::closedir(d); }
  };
  std::unique_ptr<DIR, closer> proc{::opendir("/proc")};
  if (!proc)
    return true;
  while (auto* entry = ::readdir(proc.get())) {
    if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
        is_running_member(::dirfd(proc.get()), entry->d_name, group))
      return true;
  }
  return false;
}

} // namespace sweet::detail
