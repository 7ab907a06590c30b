// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Nested scopes: surviving a failing group, limits of time, and work that a cancellation must not
// cut short.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

// [scopes]
sweet::async<std::string> fetch(sweet::task_context ctx, std::string mirror) {
  if (mirror == "broken")
    throw std::runtime_error{"connection refused"};
  co_await ctx.sleep_for(mirror == "slow" ? 1h : 1ms);
  co_return "data from " + mirror;
}

sweet::async<std::string> fetch_somehow(sweet::task_context ctx) {
  // What fails in a scope fails the scope, and is thrown here: this task goes on.
  try {
    co_return co_await ctx.scope(sweet::child_failure::fail_fast, [](sweet::task_context own) {
      auto all = own.spawn(fetch, "slow");
      auto bad = own.spawn(fetch, "broken"); // cancels its sibling
      return all.await();
    });
  } catch (const sweet::task_failure& failure) {
    std::cout << failure.error().root_cause().message() << '\n';
  }
  // A limit of time for a part of the work.
  auto slow =
      co_await ctx.with_timeout(10ms, [](sweet::task_context own) { return fetch(own, "slow"); })
          .result();
  std::cout << to_string(slow.error().code()) << '\n';
  co_return co_await ctx.spawn(fetch, "mirror");
}

sweet::async<void> serve(sweet::task_context ctx, sweet::async_event& started) {
  ctx.on_cancel([] { std::cout << "closed\n"; }); // after the body and its children
  co_await ctx.shield(5s, [](sweet::task_context own) -> sweet::async<void> {
    co_await own.sleep_for(1ms); // a graceful cancellation does not reach this
    std::cout << "saved\n";
  });
  started.set();
  co_await ctx.sleep_for(1h);
}
// [/scopes]

// [answer]
void stop(const sweet::spawning_task<void>& server) {
  auto asked = server.cancel(sweet::cancellation_level::graceful, "shutting down");
  sweet::cancellation_answer answer = asked.await(2s); // or co_await asked
  std::cout << to_string(answer.outcome) << '\n';
}
// [/answer]

int main() {
  sweet::runtime rt;
  std::cout << rt.spawn(fetch_somehow).await().value() << '\n';

  sweet::async_event started;
  auto server = rt.spawn(serve, std::ref(started));
  rt.spawn([&]() -> sweet::async<void> { co_await started; }).await().unwrap();
  stop(server);
}
