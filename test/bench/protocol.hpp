#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <exception>
#include <fstream>
#include <initializer_list>
#include <iostream>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>

/// What every benchmark program of this folder speaks, so that the driver can let the rounds of
/// different programs alternate without any start-up noise between them:
///
///     bench_NAME --cases            prints what can be measured, one name per line
///     bench_NAME --compiler         prints what built it, such as g++-12
///     bench_NAME CASE THREADS SIZE  starts up, then runs one round per line read on stdin; answers
///                                   each with {"ns":N,"result":N} or {"bytes":N,"result":N}
///
/// Between two rounds a program waits for its stdin and uses no CPU. Amounts are totals of the
/// round: the driver knows how many tasks a case has, and which result is right.
namespace bench {

/// What one round used, and what it computed.
struct round {
  const char* quantity; // "ns" or "bytes"
  std::uint64_t amount;
  std::uint64_t result;
};

/// Runs `f`, which returns the result, and takes the time.
template <class F>
round timed(F f) {
  auto start = std::chrono::steady_clock::now();
  std::uint64_t result = f();
  auto spent = std::chrono::steady_clock::now() - start;
  auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(spent).count();
  return {"ns", static_cast<std::uint64_t>(ns), result};
}

/// Bytes of this process that are in memory.
inline std::uint64_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(statm >> total >> resident))
    throw std::runtime_error("cannot read /proc/self/statm");
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// Tells the driver that a round is set up; returns once the driver has seen this process at rest.
inline void wait_until_at_rest() {
  std::cout << "{\"ready\":true}" << std::endl;
  std::string line;
  if (!std::getline(std::cin, line))
    throw std::runtime_error("the driver has gone");
}

/// Name and major version of the compiler.
inline std::string compiler() {
#ifdef __clang__
  return "clang++-" + std::to_string(__clang_major__);
#else
  return "g++-" + std::to_string(__GNUC__);
#endif
}

/// The main function of a program whose cases run in a `World`, which is made from the number of
/// threads before the first round.
template <class World>
int serve(int argc, char** argv,
          std::initializer_list<std::pair<const char*, round (*)(World&, std::uint64_t)>> cases) {
  if (argc == 2 && argv[1] == std::string{"--cases"}) {
    for (auto& [name, run] : cases)
      std::cout << name << '\n';
    return 0;
  }
  if (argc == 2 && argv[1] == std::string{"--compiler"}) {
    std::cout << compiler() << '\n';
    return 0;
  }
  try {
    if (argc != 4)
      throw std::invalid_argument("expected: CASE THREADS SIZE, --cases or --compiler");
    for (auto& [name, run] : cases) {
      if (argv[1] != std::string{name})
        continue;
      World world{static_cast<unsigned>(std::stoul(argv[2]))};
      auto size = std::stoull(argv[3]);
      for (std::string line; std::getline(std::cin, line);) {
        auto done = run(world, size);
        std::cout << "{\"" << done.quantity << "\":" << done.amount << ",\"result\":" << done.result
                  << '}' << std::endl;
      }
      return 0;
    }
    throw std::invalid_argument(std::string{"no such case: "} + argv[1]);
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 2;
  }
}

} // namespace bench
