// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/own_children.hpp>

#include <cerrno>
#include <charconv>
#include <map>
#include <mutex>
#include <set>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sweet/actors/process/process_mark.hpp>
#include <sweet/actors/process/running_process.hpp>
#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5::detail {

namespace {

/// A child that is not known to be one of ours.
struct suspect {
  /// The births that were under way when the child was first seen have lower numbers.
  std::uint64_t births = 0;
  std::string marks;
};

struct registry {
  std::mutex mutex;
  std::set<pid_t> own;
  std::set<std::uint64_t> births;
  std::uint64_t next_birth = 1;
  std::map<pid_t, suspect> suspects;
};

registry& all() {
  // Never destroyed: threads of static runtimes may wait for children until the very end.
  static auto* it = new registry;
  return *it;
}

// The children of this process's first thread, which gets its orphans. Called under the lock, so
// that no child is waited for meanwhile: that could make the kernel skip one.
std::vector<pid_t> children_of_first_thread() {
  const auto self = std::to_string(::getpid());
  const unique_fd file{
      ::open(("/proc/self/task/" + self + "/children").c_str(), O_RDONLY | O_CLOEXEC)};
  // A kernel without CONFIG_PROC_CHILDREN has no such file.
  if (!file)
    return children_of(::getpid());
  std::vector<pid_t> result;
  std::string text;
  char chunk[4096];
  ssize_t n = 0;
  while ((n = ::read(file.get(), chunk, sizeof chunk)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      text.append(chunk, static_cast<std::size_t>(n));
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    pid_t pid = 0;
    const auto read = std::from_chars(at, end, pid);
    if (read.ec == std::errc{})
      result.push_back(pid);
    at = read.ptr + 1;
  }
  return result;
}

} // namespace

own_children::birth::birth() {
  auto& r = all();
  const std::lock_guard lock{r.mutex};
  number_ = r.next_birth++;
  r.births.insert(number_);
}

own_children::birth::~birth() {
  auto& r = all();
  const std::lock_guard lock{r.mutex};
  r.births.erase(number_);
}

void own_children::birth::named(pid_t child) {
  auto& r = all();
  const std::lock_guard lock{r.mutex};
  r.own.insert(child);
  r.suspects.erase(child);
}

pid_t own_children::wait(pid_t child, int* status, int options, rusage* usage) {
  auto& r = all();
  // Under the lock: once the child is waited for, its id may be another's.
  const std::lock_guard lock{r.mutex};
  pid_t result = 0;
  do
    result = ::wait4(child, status, options, usage);
  while (result < 0 && errno == EINTR);
  if (result != 0)
    r.own.erase(child);
  return result;
}

void own_children::wait(pid_t child) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) < 0 &&
         errno == EINTR) {
  }
  wait(child, nullptr, WNOHANG, nullptr);
}

std::vector<orphan> own_children::orphans() {
  auto& r = all();
  const std::lock_guard lock{r.mutex};
  auto before = std::exchange(r.suspects, {});
  std::vector<orphan> result;
  for (const auto pid : children_of_first_thread()) {
    if (r.own.contains(pid))
      continue;
    auto seen = before.extract(pid);
    auto& x = r.suspects[pid];
    x = seen ? std::move(seen.mapped()) : suspect{r.next_birth, {}};
    // A process that is just being loaded has no environment for a moment.
    if (x.marks.empty())
      x.marks = marks_of(pid, variable);
    // It may be a child that is just being started: then its birth is still under way.
    if (!r.births.empty() && *r.births.begin() < x.births)
      continue;
    if (::waitpid(pid, nullptr, WNOHANG) == 0)
      result.push_back({pid, x.marks});
    else
      r.suspects.erase(pid);
  }
  return result;
}

} // namespace sweet::inline v0_5::detail
