#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/work_deque.hpp>

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
/// took kept it busy for less than a search takes, it was not worth the move, and next time it
/// waits for twice as long; else for half as long. So short chains of tasks that wake each other
/// stay together, and those that compute spread.
class thief_patience {
public:
  using clock = std::chrono::steady_clock;

  static constexpr clock::duration shortest = std::chrono::microseconds{2};
  static constexpr clock::duration longest = std::chrono::microseconds{64};
  /// How long it has to be busy with what it took.
  static constexpr clock::duration worth = std::chrono::microseconds{20};

  /// @param victims how many processors there are
  explicit thief_patience(std::size_t victims) : seen_(victims) {}

  /// Whether to leave the oldest job of a victim, which is a woken one.
  bool leaves(std::size_t victim, work_deque::place job, clock::time_point now) noexcept {
    auto& seen = seen_[victim];
    if (seen.job != job)
      seen = {job, now};
    return now - seen.since < patience_;
  }

  /// It has taken a woken job.
  void has_taken(clock::time_point now) noexcept { taken_ = now; }

  /// It has nothing to do.
  void has_run_out(clock::time_point now) noexcept {
    if (!taken_)
      return;
    patience_ = now - *taken_ < worth ? std::min(2 * patience_, longest)
                                      : std::max(patience_ / 2, shortest);
    taken_.reset();
  }

private:
  struct sighting {
    work_deque::place job;
    clock::time_point since;
  };

  clock::duration patience_ = shortest;
  std::optional<clock::time_point> taken_;
  std::vector<sighting> seen_; ///< by victim
};

} // namespace sweet::detail
