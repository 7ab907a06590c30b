// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Stops that come at any moment of an operation, drawn from seeds.

#include <sweet/asio/use_wait.hpp>

#include <sweet/asio/io.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/checks.hpp>
#include <sweet/testing/expect.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace asio = boost::asio;
using namespace sweet;

namespace io_storm_test {
namespace {

using stream = asio::local::stream_protocol::socket;

/// How many tasks came to which end.
struct ends {
  int completed = 0;
  int cancelled = 0;
};

async<void> waits_for_a_timer(task_context ctx, std::chrono::microseconds delay) {
  asio::steady_timer timer{io(ctx), delay};
  co_await timer.async_wait(use_wait);
}

/// Reads into its own frame what comes byte by byte.
async<void> reads(task_context ctx, std::chrono::microseconds delay) {
  stream in{io(ctx)};
  stream out{io(ctx)};
  asio::local::connect_pair(in, out);
  auto writer = ctx.spawn([&]() -> async<void> {
    asio::steady_timer timer{io(ctx)};
    for (int i = 0; i < 4; ++i) {
      timer.expires_after(delay / 4);
      co_await timer.async_wait(use_wait);
      co_await out.async_write_some(asio::buffer("x", 1), use_wait);
    }
  });
  std::array<char, 4> text{};
  co_await asio::async_read(in, asio::buffer(text), use_wait);
  testing::expect(text == std::array{'x', 'x', 'x', 'x'});
  co_await writer;
}

template <class Body>
ends storm(runtime& rt, Body body, unsigned seed, int tasks) {
  std::mt19937 random{seed};
  const auto draw = [&](int below) { return static_cast<int>(random() % unsigned(below)); };
  std::vector<spawning_task<void>> all;
  for (int i = 0; i < tasks; ++i) {
    all.push_back(spawn(rt, body, std::chrono::microseconds{draw(400)}));
    // One that may have come to its end, or just begins.
    if (auto& chosen = all[static_cast<std::size_t>(draw(i + 1))]; draw(2) == 0)
      chosen.cancel(static_cast<cancellation_level>(1 + draw(3)));
  }
  ends result;
  for (auto& task : all) {
    const auto outcome = task.await();
    if (outcome.is_ok())
      ++result.completed;
    else if (outcome.error().code() == error_code::cancelled)
      ++result.cancelled;
  }
  rt.join();
  return result;
}

void check_storm(auto body, int tasks) {
  ends all;
  constexpr unsigned seeds = 8;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    runtime rt{runtime_options{.workers = 2}};
    const auto once = storm(rt, body, seed, tasks);
    all.completed += once.completed;
    all.cancelled += once.cancelled;
  }
  BOOST_TEST(all.completed + all.cancelled == static_cast<int>(seeds) * tasks);
  BOOST_TEST(all.completed > 0);
  BOOST_TEST(all.cancelled > 0);
}

} // namespace
} // namespace io_storm_test

BOOST_AUTO_TEST_SUITE(io_storm_test)

BOOST_AUTO_TEST_CASE(timers) {
  io_storm_test::check_storm(io_storm_test::waits_for_a_timer, 400);
}

BOOST_AUTO_TEST_CASE(composed_reads) {
  io_storm_test::check_storm(io_storm_test::reads, 100);
}

BOOST_AUTO_TEST_SUITE_END()
