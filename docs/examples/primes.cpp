// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A program that is a node of a cluster whose machines are w1, w2 and w3: as `primes serve NAME` it
// counts primes for others until it gets SIGTERM, as `primes ask NAME` it has 1,000,000 numbers
// looked at. NAME is the name of its certificate.

// [primes]
#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

inline constexpr sweet::remote<int(int, int)> count_primes{"count_primes"};

int count(int from, int to) {
  int found = 0;
  for (int n = std::max(from, 2); n < to; ++n) {
    int divisor = 2;
    while (divisor * divisor <= n && n % divisor != 0)
      ++divisor;
    found += divisor * divisor > n;
  }
  return found;
}

sweet::async<int> count_elsewhere(sweet::task_context ctx, const sweet::node& front) {
  const auto part =
      sweet::async_task::to<int>(ctx).retry(2).on(front, sweet::placement::least_loaded());
  std::vector<sweet::child_task<int>> parts;
  for (int from = 0; from < 1'000'000; from += 100'000)
    parts.push_back(part.run(count_primes, from, from + 100'000));
  int found = 0;
  for (auto& one : parts)
    found += co_await one;
  co_return found;
}

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  const std::string what = argv[1];
  const std::string name = argv[2];

  // Threads of sweet are not to take the signal that this one waits for.
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);

  sweet::runtime rt;
  const auto member = sweet::node_builder(rt)
                          .name(name)
                          .certificates(name + ".pem", name + ".key", "ca.pem")
                          .join({"w1:7180", "w2:7180", "w3:7180"});
  if (what == "serve") {
    auto own = member.listen("0.0.0.0:7190").provide(count_primes, count).start();
    int signal = 0;
    sigwait(&end, &signal);
    static_cast<void>(own.drain().await());
  } else {
    auto own = member.slots(0).start();
    auto all = rt.spawn([&](sweet::task_context ctx) { return count_elsewhere(ctx, own); });
    std::cout << all.await().unwrap() << " primes\n";
  }
}
// [/primes]
