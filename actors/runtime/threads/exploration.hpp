#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/time/clock.hpp>

#include <cstdint>
#include <vector>

namespace sweet::inline v0_5::detail {

class explorer;
class processor;
class task_home;

/// Drives the processor of a scheduler as an explorer decides: all jobs of all queues and all
/// timers that are due now are candidates, and the explorer picks one. Exactly one thread runs
/// bodies at any time: the one that has the processor, which threads that block in await() hand to
/// each other. Bodies that ask for a thread of their own are jobs as well.
class exploration {
public:
  exploration(task_home& home, explorer& decides) noexcept : home_(home), explorer_(decides) {}

  /// Drives the processor of the calling thread until the thread has none. @returns false if the
  /// scheduler stops
  bool drive();

  /// Lets the time `d` pass while the calling body runs. Timers that are due by then fire, as they
  /// would in another thread.
  void pass(clock::duration d);

private:
  void collect(processor& p);
  job next(processor& p);
  void run(processor& p, job j, std::uintptr_t stack_limit);

  task_home& home_;
  explorer& explorer_;
  std::vector<job> candidates_; ///< used by the thread that has the processor
};

} // namespace sweet::inline v0_5::detail
