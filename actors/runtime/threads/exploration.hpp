#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/time/clock.hpp>

#include <cstdint>
#include <vector>

namespace sweet::detail {

class explorer;
class processor;
class task_home;

/// The way a scheduler drives its processor if an explorer decides: all jobs of all queues and all
/// timers that are due now are candidates, and the explorer picks one. Exactly one thread runs
/// bodies at any time: the one that has the processor, which those that block in await() hand to
/// each other. Bodies that ask for a thread of their own are jobs as well.
class exploration {
public:
  exploration(task_home& home, explorer& decides) noexcept : home_(home), explorer_(decides) {}

  /// As scheduler::drive().
  bool drive();

  /// For the body that runs: `d` passes while it does. What is due by then fires, as it would by
  /// another thread.
  void pass(clock::duration d);

private:
  void collect(processor& p);
  job next(processor& p);
  void run(processor& p, job j, std::uintptr_t stack_limit);

  task_home& home_;
  explorer& explorer_;
  std::vector<job> candidates_; ///< of the thread that has the processor
};

} // namespace sweet::detail
