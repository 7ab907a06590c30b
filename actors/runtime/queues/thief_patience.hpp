#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/work_deque.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace sweet::inline v0_5::detail {

/// How long a thief leaves a woken job to the processor that has woken it. That processor would
/// most likely run the job as soon as its current one suspends, with all that the job needs in its
/// cache. A processor that computes on for longer loses the job to the thief.
///
/// Go's scheduler does so with its `runnext`, for 3 us. Here a thief learns how long: if the job
/// that it took was done at once, the move was not worth it, and the thief waits for twice as long
/// next time; otherwise for half as long. So short chains of tasks that wake each other stay
/// together, and tasks that compute spread. A thief never waits for as long as a search takes: a
/// processor that computes for that long loses its woken jobs in any case.
class thief_patience {
public:
  using clock = std::chrono::steady_clock;

  static constexpr clock::duration shortest = std::chrono::microseconds{2};
  static constexpr clock::duration longest = std::chrono::microseconds{16};
  /// How long a taken job has to run to be worth the move.
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

  /// Called by the thief when it has taken a woken job.
  void has_taken(clock::time_point now) noexcept { taken_ = now; }

  /// Whether has_run() is to be called after the current job.
  bool wants_to_know() const noexcept { return taken_.has_value(); }

  void has_run(clock::time_point now) noexcept {
    patience_ = now - *taken_ < worth ? std::min(2 * patience_, longest)
                                      : std::max(patience_ / 2, shortest);
    taken_.reset();
  }

  void starts_search() noexcept { different_ = 0; }

  /// Whether a search that found nothing saw victims that soon run the jobs that they have woken.
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

} // namespace sweet::inline v0_5::detail
