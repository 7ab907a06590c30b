// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/running_process.hpp>

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sweet/actors/process/pidfd.hpp>
#include <sweet/actors/process/process_list.hpp>

namespace sweet::inline v0_5::detail {

namespace {

struct seen_process : running_process {
  char state = 0;

  [[nodiscard]] bool runs() const { return state != 'Z' && state != 'X'; }
};

std::optional<seen_process> parse(const unique_fd& stat) {
  char text[1024];
  const auto n = stat ? ::read(stat.get(), text, sizeof text - 1) : -1;
  if (n <= 0)
    return std::nullopt;
  text[n] = '\0';
  // pid (name) state parent group session; the start is the 22nd. The name may hold anything,
  // parentheses too.
  const char* rest = std::strrchr(text, ')');
  seen_process result;
  result.pid = static_cast<pid_t>(std::atol(text));
  if (!rest ||
      std::sscanf(rest,
                  ") %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
                  "%" SCNu64,
                  &result.state, &result.parent, &result.group, &result.session,
                  &result.started) != 5)
    return std::nullopt;
  return result;
}

} // namespace

std::optional<running_process> find_running(pid_t pid) {
  const auto path = "/proc/" + std::to_string(pid) + "/stat";
  const auto seen = parse(unique_fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)});
  return seen && seen->runs() ? std::optional<running_process>{*seen} : std::nullopt;
}

std::vector<running_process> all_running() {
  std::vector<running_process> result;
  process_list all;
  while (const char* pid = all.next())
    if (const auto seen = parse(all.open(pid, "stat")); seen && seen->runs())
      result.push_back(*seen);
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return result;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> result;
  process_list all;
  while (const char* pid = all.next())
    if (const auto seen = parse(all.open(pid, "stat")); seen && seen->parent == parent)
      result.push_back(seen->pid);
  return result;
}

int send_signal(const running_process& to, int number) {
  const auto fd = open_pidfd(to.pid);
  if (!fd)
    return errno;
  // The descriptor names one process; now see whether that is `to`.
  const auto now = find_running(to.pid);
  if (!now || now->started != to.started)
    return ESRCH;
  return ::syscall(SYS_pidfd_send_signal, fd.get(), number, nullptr, 0) == 0 ? 0 : errno;
}

} // namespace sweet::inline v0_5::detail
