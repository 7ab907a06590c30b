#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/work_deque.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace sweet::detail {

/// How long a processor leaves a job alone that another one has woken, and would most likely run as
/// soon as its current job suspends, with all that it needs in its cache. Only who computes on for
/// longer is relieved of it.
///
/// Go's scheduler does so with its `runnext`, for 3 us. Here a thief learns how long: if what it
/// took was done at once, it was not worth the move, and next time it waits for twice as long; else
/// for half as long. So short chains of tasks that wake each other stay together, and
/// those that compute spread. It never waits for as long as a search takes: who computes for that
/// long beside what it has woken is relieved in any case.
class thief_patience {
public:
  using clock = std::chrono::steady_clock;

  static constexpr clock::duration shortest = std::chrono::microseconds{2};
  static constexpr clock::duration longest = std::chrono::microseconds{16};
  /// How long the job has to run that it took.
  static constexpr clock::duration worth = std::chrono::microseconds{10};

  /// @param victims how many processors there are
  explicit thief_patience(std::size_t victims) : seen_(victims) {}

  /// Whether to leave the oldest job of a victim, which is a woken one.
  bool leaves(std::size_t victim, work_deque::place job, clock::time_point now) noexcept {
    auto& seen = seen_[victim];
    if (seen.job != job) {
      seen = {job, now};
      ++different_;
    }
    return now - seen.since < patience_;
  }

  /// It has taken a woken job.
  void has_taken(clock::time_point now) noexcept { taken_ = now; }

  /// Whether has_run() wants to be called, after that job.
  bool wants_to_know() const noexcept { return taken_.has_value(); }

  void has_run(clock::time_point now) noexcept {
    patience_ = now - *taken_ < worth ? std::min(2 * patience_, longest)
                                      : std::max(patience_ / 2, shortest);
    taken_.reset();
  }

  void starts_search() noexcept { different_ = 0; }

  /// Whether a search that found nothing saw victims that do soon what they have woken.
  bool saw_chains() const noexcept { return different_ > 1; }

private:
  struct sighting {
    work_deque::place job;
    clock::time_point since;
  };

  clock::duration patience_ = shortest;
  std::optional<clock::time_point> taken_;
  unsigned different_ = 0;     ///< jobs seen during this search
  std::vector<sighting> seen_; ///< by victim
};

} // namespace sweet::detail
