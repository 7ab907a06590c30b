// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/threads/processor.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <time.h>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::wait_until_idle;

// What tasks wake is kept together and left to their worker for a while; but nobody waits for a
// worker that computes, and at rest nobody looks.
namespace woken_tasks_test {
namespace {

constexpr int long_enough = 3'000; // for the other worker to see that it is not needed

std::chrono::nanoseconds cpu_time() {
  timespec t{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
}

async<void> echo(task_context ctx, std::atomic<int>& received) {
  for (;;) {
    const auto question = co_await ctx.receive<int>();
    received.fetch_add(1);
    ctx.reply(question, question.payload).unwrap();
  }
}

/// Without giving its worker away.
void compute_until(const std::atomic<int>& counter, int value) {
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  while (counter.load() < value)
    expect(std::chrono::steady_clock::now() < deadline);
}

/// Each round is a long talk with a child, with nothing spawned in it, and one message beside which
/// this task computes until the child has it.
async<void> talks_and_computes(task_context ctx, int rounds) {
  std::atomic<int> received = 0;
  auto peer = ctx.spawn(echo, std::ref(received));
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < long_enough; ++i) {
      peer.send(i).unwrap();
      expect((co_await ctx.receive<int>()).payload == i);
    }
    peer.send(0).unwrap();
    compute_until(received, (round + 1) * (long_enough + 1));
    co_await ctx.receive<int>();
  }
  peer.cancel(cancellation_level::kill);
}

async<void> ends_at_once() {
  co_return;
}

async<void> keeps_its_only_child(task_context ctx) {
  const auto& here = detail::processor::of(detail::this_thread());
  auto first = ctx.spawn(ends_at_once);
  expect(here.has_work() && !here.has_spare_work());
  auto second = ctx.spawn(ends_at_once);
  expect(here.has_spare_work());
  co_await first;
  co_await second;
}

async<void> counts(std::atomic<int>& counter) {
  counter.fetch_add(1);
  co_return;
}

/// Each round starts a child, and computes until it has run.
async<void> computes_beside_its_only_child(task_context ctx, int rounds) {
  std::atomic<int> ran = 0;
  for (int round = 1; round <= rounds; ++round) {
    auto child = ctx.spawn(counts, std::ref(ran));
    compute_until(ran, round);
    co_await child;
  }
}

} // namespace
} // namespace woken_tasks_test

BOOST_AUTO_TEST_SUITE(woken_tasks_test)

BOOST_AUTO_TEST_CASE(another_worker_takes_what_a_computing_task_has_woken) {
  runtime rt{runtime_options{.workers = 2}};
  BOOST_TEST(rt.spawn(talks_and_computes, 20).await().is_ok());
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_CASE(it_does_so_beside_other_pairs) {
  runtime rt{runtime_options{.workers = 3}};
  std::vector<spawning_task<void>> pairs;
  for (int i = 0; i < 2; ++i)
    pairs.push_back(rt.spawn(talks_and_computes, 10));
  for (auto& pair : pairs)
    BOOST_TEST(pair.await().is_ok());
  pairs.clear();
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_CASE(an_only_child_is_kept_and_two_are_to_spare) {
  runtime rt{runtime_options{.workers = 1}};
  BOOST_TEST(rt.spawn(keeps_its_only_child).await().is_ok());
}

BOOST_AUTO_TEST_CASE(another_worker_takes_the_only_child_of_a_computing_task) {
  runtime rt{runtime_options{.workers = 2}};
  BOOST_TEST(rt.spawn(computes_beside_its_only_child, 200).await().is_ok());
  wait_until_idle(rt);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_CASE(at_rest_nobody_looks_for_work) {
  runtime rt{runtime_options{.workers = 2}};
  BOOST_TEST(rt.spawn(talks_and_computes, 1).await().is_ok());
  wait_until_idle(rt);
  const auto before = cpu_time();
  std::this_thread::sleep_for(300ms);
  BOOST_TEST((cpu_time() - before < 15ms));
}

BOOST_AUTO_TEST_CASE(a_runtime_ends_while_one_worker_watches) {
  for (int i = 0; i < 50; ++i) {
    runtime rt{runtime_options{.workers = 2}};
    BOOST_TEST(rt.spawn(talks_and_computes, 1).await().is_ok());
  }
}

BOOST_AUTO_TEST_SUITE_END()
