// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Ctrl-C and SIGTERM end a program in order: its tasks are cancelled, and clean up.

#include <sweet/sweet.hpp>

#include <chrono>
#include <csignal>
#include <iostream>

using namespace std::chrono_literals;

sweet::async<void> serve(sweet::task_context ctx) {
  ctx.on_cancel([] { std::cout << "closed\n"; });
  std::raise(SIGTERM); // as `kill` does it from outside
  co_await ctx.sleep_for(1h);
}

// [main]
int main() {
  sweet::runtime rt;
  const sweet::stop_on_signals stop{rt, {SIGINT, SIGTERM}};
  const auto outcome = rt.spawn(serve).await();
  if (stop.level() == sweet::cancellation_level::none)
    return outcome.is_ok() ? 0 : 1;
  std::cout << "stopped: " << to_string(stop.level()) << '\n';
}
// [/main]
