// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/end_processes.hpp>

#include <algorithm>
#include <csignal>
#include <set>
#include <thread>
#include <utility>

#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/process_family.hpp>

namespace sweet::inline v0_5 {

namespace detail {

namespace {

constexpr std::chrono::milliseconds first_pause{1};
constexpr std::chrono::milliseconds longest_pause{50};

// Nothing in Linux tells when all of some processes are gone, so they are looked at, ever more
// seldom.
class ending {
public:
  explicit ending(const std::function<std::vector<running_process>()>& find) : find_(find) {}

  // Sends a signal to all that is found, until nothing is found, for `time` at most.
  void go_on(int number, std::chrono::milliseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    for (auto pause = first_pause; !found_.empty(); pause = std::min(pause * 2, longest_pause)) {
      for (const auto& x : found_) {
        // SIGTERM once each: a process that cleans up shall not be disturbed.
        if (number == SIGTERM && seen_.contains({x.pid, x.started}))
          continue;
        seen_.emplace(x.pid, x.started);
        send_signal(x, number);
        send_signal(x, SIGCONT);
      }
      if (std::chrono::steady_clock::now() >= end)
        return;
      std::this_thread::sleep_for(pause);
      found_ = find_();
    }
  }

  [[nodiscard]] ended_orphans result() const {
    ended_orphans result;
    for (const auto& x : found_)
      result.still_running.push_back(x.pid);
    result.stopped = seen_.size() - std::min(seen_.size(), found_.size());
    return result;
  }

private:
  const std::function<std::vector<running_process>()>& find_;
  std::vector<running_process> found_ = find_();
  std::set<std::pair<pid_t, std::uint64_t>> seen_;
};

} // namespace

ended_orphans end_processes(std::chrono::milliseconds patience,
                            const std::function<std::vector<running_process>()>& find) {
  ending all{find};
  all.go_on(SIGTERM, patience);
  all.go_on(SIGKILL, patience);
  return all.result();
}

ended_orphans kill_processes(std::chrono::milliseconds patience,
                             const std::function<std::vector<running_process>()>& find) {
  ending all{find};
  all.go_on(SIGKILL, patience);
  return all.result();
}

} // namespace detail

ended_orphans end_orphans(std::chrono::milliseconds patience) {
  return detail::end_processes(patience, [] {
    if (detail::own_children::orphans().empty())
      return std::vector<detail::running_process>{};
    auto running = detail::all_running();
    const auto orphans = detail::own_children::orphans();
    std::vector<pid_t> roots;
    roots.reserve(orphans.size());
    for (const auto& x : orphans)
      roots.push_back(x.pid);
    return detail::with_descendants(roots, detail::with_orphans(std::move(running), orphans));
  });
}

} // namespace sweet::inline v0_5
