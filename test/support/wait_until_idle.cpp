// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/wait_until_idle.hpp>

#include <sweet/actors/runtime/threads/scheduler.hpp>

#include <thread>

namespace sweet::inline v0_5::testing {

void wait_until_idle(runtime& rt) {
  auto& home = rt.scheduler();
  // Who wakes a sleeper takes it off the count first, so there is no moment in between.
  while (home.idle().sleeping() != home.workers() || home.any_work())
    std::this_thread::yield();
}

} // namespace sweet::inline v0_5::testing
