// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What the failure of a child does to its parent, and the chain of reasons.

#include <sweet/sweet.hpp>

#include <iostream>
#include <stdexcept>
#include <string>

// [failures]
sweet::async<int> fetch(std::string host) {
  if (host == "down.example")
    throw std::runtime_error{"connection refused by " + host};
  co_return static_cast<int>(host.size());
}

// By default a failing child cancels its siblings and fails its parent with that cause, even if the
// parent catches it.
sweet::async<int> fetch_both(sweet::task_context ctx) {
  auto a = sweet::async_task::to<int>(ctx).name("a").run(fetch, "up.example");
  auto b = sweet::async_task::to<int>(ctx).name("b").run(fetch, "down.example");
  co_return co_await a + co_await b;
}

// In a scope that collects, outcomes lie on the handles, and nothing else happens.
sweet::async<int> fetch_what_is_there(sweet::task_context ctx) {
  co_return co_await ctx.scope(sweet::child_failure::collect,
                               [](sweet::task_context scope) -> sweet::async<int> {
                                 auto a = scope.spawn(fetch, "up.example");
                                 auto b = scope.spawn(fetch, "down.example");
                                 auto first = co_await a.result();
                                 auto second = co_await b.result();
                                 co_return first.unwrap_or(0) + second.unwrap_or(0);
                               });
}
// [/failures]

int main() {
  sweet::runtime rt;
  auto both = sweet::async_task::to<int>(rt).name("both").run(fetch_both);
  for (auto error = both.await().error(); error; error = sweet::task_error{error.cause()})
    std::cout << to_string(error.code()) << " in \"" << error.name() << "\": " << error.message()
              << '\n';
  std::cout << rt.spawn(fetch_what_is_there).await().value() << '\n';
}
