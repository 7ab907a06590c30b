#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/clock.hpp>

#include <cstddef>

namespace sweet::inline v0_5::detail {

/// Makes the decisions of a scheduler in place of chance and of the speed of the machine: which of
/// the possible steps comes next, and when time moves on. sweet::testing::simulation draws the
/// decisions from a seed.
///
/// Called by the thread that drives the only processor at the moment. Outlives the scheduler.
class explorer {
public:
  /// Chooses one of `n` steps. @returns its number, below `n` @pre `n > 0`
  virtual std::size_t choose(std::size_t n) = 0;

  /// Moves the clock to `t`, before which nothing is due: no step is possible now, or a body takes
  /// its time.
  virtual void move_to(clock::time_point t) = 0;

  /// Called when no step will be possible unless another thread makes one. May be called again
  /// although nothing has happened.
  virtual void quiet() = 0;

protected:
  ~explorer() = default;
};

} // namespace sweet::inline v0_5::detail
