// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A service that the whole runtime knows by name, and a task that hears when it comes and goes.

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

caf::behavior greeter(caf::event_based_actor*) {
  return {[](const std::string& who) -> std::string {
    if (who.empty())
      throw std::invalid_argument{"nobody to greet"};
    return "hello, " + who;
  }};
}

// [lookup]
sweet::async<void> visitor(sweet::task_context ctx) {
  sweet::watch_service(ctx.runtime(), "greeter", ctx.actor());
  co_await ctx.receive<sweet::service_up>(); // now, or later
  auto greeter = sweet::find_service(ctx.runtime(), "greeter");
  std::cout << co_await ctx.request<std::string>(greeter, 1s, "world") << '\n';

  caf::anon_send(greeter, std::string{});    // crashes it
  co_await ctx.receive<sweet::service_up>(); // the next one serves
  std::cout << co_await ctx.request<std::string>(greeter, 1s, "again") << '\n';
}

void run(sweet::runtime& rt) {
  auto visit = rt.spawn(visitor);
  auto tree = sweet::supervisor::one_for_one(rt)
                  .service("greets", greeter, sweet::registered{"greeter"})
                  .start();
  visit.await().unwrap();
}
// [/lookup]

int main() {
  sweet::runtime rt;
  run(rt);
}
