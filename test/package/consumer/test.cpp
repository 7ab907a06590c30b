// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/virtual_clock.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <chrono>
#include <iostream>

using namespace std::chrono_literals;

sweet::async<void> sleeps(sweet::task_context ctx) {
  co_await ctx.sleep_for(1h);
}

// [virtual_clock]
bool an_hour_passes() {
  sweet::testing::virtual_clock time;
  sweet::runtime rt{sweet::runtime_options{.time = &time}};
  auto task = rt.spawn(sleeps);
  sweet::testing::wait_until_idle(rt); // it sleeps now
  time.advance(1h);
  return task.await().is_ok();
}
// [/virtual_clock]

int main() {
  int seeds = 0;
  int hours = 0;
  sweet::testing::for_each_seed(20, [&](sweet::testing::simulation& sim) {
    const auto begin = sim.time().now();
    sim.run(sleeps);
    hours += std::chrono::duration_cast<std::chrono::hours>(sim.time().now() - begin).count();
    ++seeds;
  });
  std::cout << seeds << " seeds, " << hours << " hours\n";

  return std::cout && an_hour_passes() ? 0 : 1;
}
