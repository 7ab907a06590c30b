// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What the adaptive strategy makes of real handlers, beside fixed numbers of receivers.
//
//     adaptive_handlers cpu|io|mixed [N]
//
// prints events per second: with N receivers, or adaptive once it has had time to settle.

#include <sweet/sweet.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

using namespace std::chrono_literals;
using sweet::async;
using sweet::task_context;
using time_point = std::chrono::steady_clock::time_point;

namespace {

/// Computes for that long.
void compute(std::chrono::nanoseconds d) {
  const auto end = std::chrono::steady_clock::now() + d;
  while (std::chrono::steady_clock::now() < end)
    continue;
}

/// Something outside that serves 12 requests at a time, 5 ms each; more of them wait in line.
class downstream {
public:
  /// How long a request that comes now takes.
  std::chrono::nanoseconds request() {
    const std::lock_guard lock{mutex_};
    auto& first = *std::ranges::min_element(free_at_);
    const auto now = std::chrono::steady_clock::now();
    first = std::max(first, now) + 5ms;
    return first - now;
  }

private:
  std::mutex mutex_;
  std::array<time_point, 12> free_at_{};
};

template <class Strategy, class Handler>
double throughput(const Strategy& how, Handler handler, std::chrono::seconds settle,
                  std::chrono::seconds measure) {
  sweet::runtime rt{{.workers = 2}};
  const auto stream = sweet::async_task::emits<int>(rt)
                          .sender(std::views::iota(0))
                          .receiver(how, std::move(handler))
                          .run();
  std::this_thread::sleep_for(settle);
  const auto before = stream.counts().processed;
  const auto begin = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(measure);
  const auto handled = stream.counts().processed - before;
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  stream.cancel(sweet::cancellation_level::kill);
  static_cast<void>(stream.await_final_event());
  return static_cast<double>(handled) / spent.count();
}

template <class Handler>
double throughput(std::optional<std::uint32_t> receivers, Handler handler) {
  if (receivers)
    return throughput(sweet::strategy::parallel{*receivers}, std::move(handler), 1s, 2s);
  // Short windows, so that it settles while one waits.
  return throughput(sweet::strategy::adaptive{{.window = 100ms}}, std::move(handler), 12s, 6s);
}

double run(std::string_view work, std::optional<std::uint32_t> receivers) {
  const auto outside = std::make_shared<downstream>();
  if (work == "cpu")
    return throughput(receivers, [](int) { compute(300us); });
  if (work == "io")
    return throughput(receivers, [outside](task_context ctx, int) -> async<void> {
      co_await ctx.sleep_for(outside->request());
    });
  if (work == "mixed")
    return throughput(receivers, [](task_context ctx, int) -> async<void> {
      compute(500us);
      co_await ctx.sleep_for(2ms);
    });
  throw std::invalid_argument{"expected cpu, io or mixed"};
}

} // namespace

int main(int argc, char** argv) try {
  if (argc < 2)
    throw std::invalid_argument{"expected: adaptive_handlers cpu|io|mixed [N]"};
  std::optional<std::uint32_t> receivers;
  if (argc > 2)
    receivers = static_cast<std::uint32_t>(std::stoul(argv[2]));
  std::cout << run(argv[1], receivers) << '\n';
} catch (const std::exception& e) {
  std::cerr << "adaptive_handlers: " << e.what() << '\n';
  return EXIT_FAILURE;
}
