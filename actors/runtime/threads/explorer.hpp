#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/clock.hpp>

#include <cstddef>

namespace sweet::detail {

/// Makes the decisions of a scheduler in place of chance and of the speed of the machine: which of
/// the things that can happen happens next, and when time moves on. sweet::testing::simulation
/// draws them from a seed.
///
/// Called by the one thread that drives the one processor at the moment. Outlives the scheduler.
class explorer {
public:
  /// @returns a number below `n`. @pre `n > 0`
  virtual std::size_t choose(std::size_t n) = 0;

  /// Nothing is left to happen now, or a body takes its time: moves the clock to `t`, before which
  /// nothing is due.
  virtual void move_to(clock::time_point t) = 0;

  /// Nothing will happen any more unless another thread does something. May be called again
  /// without anything having happened.
  virtual void quiet() = 0;

protected:
  ~explorer() = default;
};

} // namespace sweet::detail
