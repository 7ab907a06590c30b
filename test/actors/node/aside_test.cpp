// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

#include "cluster.hpp"

using namespace sweet;
using namespace std::chrono_literals;

namespace aside_test {
namespace {

constexpr remote<void()> works{"works"};
constexpr remote<int()> answers{"answers"};

} // namespace
} // namespace aside_test

BOOST_FIXTURE_TEST_SUITE(aside_test, cluster)

BOOST_AUTO_TEST_CASE(a_function_beside_the_slots_runs_while_all_are_taken) {
  auto b = node("b")
               .slots(1)
               .provide(works, [](task_context ctx) -> async<void> { co_await ctx.sleep_for(1h); })
               .provide_aside(answers, [] { return 42; })
               .start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  auto work = async_task::to<void>(rt).on(a, placement::on("b")).run(works);
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (b.busy_slots() == 0 && std::chrono::steady_clock::now() < until)
    std::this_thread::sleep_for(1ms);
  BOOST_TEST(b.busy_slots() == 1U);
  const auto answer =
      async_task::to<int>(rt).timeout(20s).on(a, placement::on("b")).run(answers).await();
  BOOST_TEST_REQUIRE(answer.is_ok());
  BOOST_TEST(answer.value() == 42);
  BOOST_TEST(b.busy_slots() == 1U);
  static_cast<void>(work.cancel());
  BOOST_TEST(work.await().is_err());
}

BOOST_AUTO_TEST_SUITE_END()
