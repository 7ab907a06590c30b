// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Values of all kinds through coroutines and callables, which an optimiser must not lose.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;

struct measured {
  float value;
  bool valid;
};

sweet::async<long> twice(sweet::task_context, long n) {
  co_return 2 * n;
}

sweet::async<std::string> text(sweet::task_context ctx, std::size_t n) {
  co_await ctx.yield();
  co_return std::string(n, 'x');
}

sweet::async<std::unique_ptr<int>> pointer(sweet::task_context ctx) {
  co_await ctx.sleep_for(1ms);
  co_return std::make_unique<int>(7);
}

sweet::async<measured> aggregate() {
  co_return measured{3.5f, true};
}

sweet::async<int> fibonacci(sweet::task_context ctx, int n) {
  if (n < 2)
    co_return n;
  auto a = ctx.spawn(fibonacci, n - 1);
  auto b = ctx.spawn(fibonacci, n - 2);
  co_return co_await a + co_await b;
}

sweet::async<int> fails() {
  throw std::runtime_error{"no"};
  co_return 1;
}

sweet::async<int> nested(sweet::task_context ctx) {
  const auto s = co_await text(ctx, 5);
  auto [a, b] = co_await sweet::when_all(fibonacci(ctx, 5), twice(ctx, 4));
  const auto failed = co_await ctx.scope(sweet::child_failure::fail_fast, fails).result();
  co_return static_cast<int>(s.size()) + a + static_cast<int>(b) + (failed.is_err() ? 100 : 0);
}

sweet::async<int> stream(sweet::task_context ctx) {
  const auto end = co_await sweet::async_task::emits<int>(ctx)
                       .sender(std::vector<int>{1, 2, 3})
                       .receiver(sweet::strategy::serial{}, [](int x) { return 2 * x; })
                       .into<std::vector<int>>()
                       .run();
  int sum = 0;
  for (const int x : end.collected)
    sum += x;
  co_return sum;
}

int main() {
  sweet::runtime rt;
  const auto m = rt.spawn(aggregate).await().value();
  std::cout << "long " << rt.spawn(twice, 21L).await().value() << ", string "
            << rt.spawn(text, std::size_t{5}).await().value() << ", pointer "
            << *rt.spawn(pointer).await().value() << ", aggregate " << m.value << '/'
            << (m.valid ? "true" : "false") << ", nested " << rt.spawn(nested).await().value()
            << ", stream " << rt.spawn(stream).await().value() << '\n';
  return std::cout ? 0 : 1;
}
