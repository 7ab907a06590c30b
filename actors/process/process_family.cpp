// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_family.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <unordered_set>

#include <sweet/actors/process/process_mark.hpp>

namespace sweet::inline v0_5::detail {

const std::vector<running_process>& process_view::running() {
  if (!running_)
    running_ = all_running();
  return *running_;
}

std::vector<running_process> with_descendants(const std::vector<pid_t>& roots,
                                              std::span<const running_process> running) {
  std::unordered_set<pid_t> found{roots.begin(), roots.end()};
  // A child may have a lower id than its parent.
  for (auto grows = !found.empty(); grows;) {
    grows = false;
    for (const auto& x : running)
      if (found.contains(x.parent))
        grows = found.insert(x.pid).second || grows;
  }
  std::vector<running_process> result;
  std::copy_if(running.begin(), running.end(), std::back_inserter(result),
               [&](const running_process& x) { return found.contains(x.pid); });
  return result;
}

std::vector<running_process> family_of(pid_t leader, std::string_view mark,
                                       std::span<const running_process> running,
                                       std::span<const orphan> orphans) {
  std::vector<pid_t> roots;
  for (const auto& x : running)
    if (leader != 0 && (x.pid == leader || x.group == leader || x.session == leader))
      roots.push_back(x.pid);
  for (const auto& x : orphans)
    if (has_mark(x.marks, mark))
      roots.push_back(x.pid);
  return with_descendants(roots, running);
}

// Orphans are looked for after `running` was read. A process that is missing there, because its
// parent started it and ended meanwhile, is found among the orphans.
std::vector<running_process> with_orphans(std::vector<running_process> running,
                                          std::span<const orphan> orphans) {
  for (const auto& x : orphans) {
    const auto place =
        std::lower_bound(running.begin(), running.end(), x.pid,
                         [](const running_process& a, pid_t pid) { return a.pid < pid; });
    if (place != running.end() && place->pid == x.pid)
      continue;
    if (const auto late = find_running(x.pid))
      running.insert(place, *late);
  }
  return running;
}

std::vector<running_process> process_family::members(process_view& view, bool leader_ended) {
  const auto nobody_in_group =
      leader_ended && (leader_ == 0 || (::kill(-leader_, 0) != 0 && errno == ESRCH));
  if (nobody_in_group && own_children::orphans().empty())
    return {};
  const auto& running = view.running();
  const auto in_session = [this](const running_process& x) { return x.session == leader_; };
  // While a process runs in the session, the number of the session is not given to others.
  if (nobody_in_group && std::none_of(running.begin(), running.end(), in_session))
    leader_ = 0;
  const auto orphans = own_children::orphans();
  return family_of(leader_, mark_, with_orphans(running, orphans), orphans);
}

} // namespace sweet::inline v0_5::detail
