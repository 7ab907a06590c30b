// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A task that tries again, falls back, and shares a circuit breaker and a rate limit with others.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

// Answers the third time.
std::string ask(sweet::task_context ctx) {
  std::cout << ctx.name() << ", attempt " << ctx.attempt() << '\n';
  if (ctx.attempt() < 3)
    throw std::runtime_error{"no answer"};
  return "forty-two";
}

std::string is_down() {
  throw std::runtime_error{"down"};
}

int main() {
  sweet::runtime rt;

  // [retry]
  auto answer = sweet::async_task::to<std::string>(rt)
                    .name("ask")
                    .timeout(30s) // of one attempt
                    .retry(3, sweet::backoff::exponential(10ms))
                    .run(ask);
  // [/retry]
  std::cout << answer.await().value() << '\n';

  // [fallback]
  auto cached =
      sweet::async_task::to<std::string>(rt)
          .retry(1, sweet::backoff::immediate())
          .fallback([](const sweet::task_error& e) {
            return "from the cache: " + e.message() + " in attempt " + std::to_string(e.attempt());
          })
          .run(is_down);
  // [/fallback]
  std::cout << cached.await().value() << '\n';

  // [shared]
  sweet::circuit_breaker breaker{rt, {.failures = 2}};
  sweet::rate_limit limit{rt, {.per_second = 100, .burst = 10}};
  const auto call =
      sweet::async_task::to<std::string>(rt).circuit_breaker(breaker).rate_limit(limit);
  for (int i = 0; i < 3; ++i)
    std::cout << call.run(is_down).await().error().message() << '\n';
  // [/shared]
}
