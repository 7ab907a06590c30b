// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A thousand services in a tree of three levels, which crash at random while clients ask them
// through their references: every request has its answer or an error, what one client sends to one
// service comes in its order, and in the end nobody is left.

#include <sweet/sweet.hpp>
#include <sweet/testing/wait_until_idle.hpp>

#include <caf/all.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;

namespace supervisor_chaos_test {
namespace {

constexpr int width = 10;
constexpr int services = width * width * width;
constexpr int clients = 16;
constexpr int requests = 500;
constexpr int crash_one_in = 10;

struct tally {
  std::atomic<int> alive{0};
  std::atomic<int> started{0};
  std::atomic<int> out_of_order{0};
  std::atomic<int> replies{0};
  std::atomic<int> errors{0};
  std::atomic<int> timeouts{0};
};

struct service_state {
  std::array<int, clients> last{};
};

/// Knows the last number of each client; a negative one crashes it.
auto service(tally& counts) {
  return [&counts](caf::stateful_actor<service_state>* self) -> caf::behavior {
    ++counts.alive;
    ++counts.started;
    self->attach_functor([&counts](const caf::error&) { --counts.alive; });
    return {[self, &counts](int client, int number) {
      auto& last = self->state.last.at(static_cast<std::size_t>(client));
      if (std::abs(number) <= last)
        ++counts.out_of_order;
      last = std::abs(number);
      if (number < 0)
        throw std::runtime_error{"crash"};
      return number;
    }};
  };
}

supervisor_builder<void> branch(tally& counts, int depth) {
  auto builder = supervisor::one_for_one().intensity(1'000'000, 1s);
  for (int i = 0; i < width; ++i)
    builder = depth == 0 ? builder.service(std::to_string(i), service(counts))
                         : builder.supervisor(std::to_string(i), branch(counts, depth - 1));
  return builder;
}

async<void> client(task_context ctx, tally& counts, const std::vector<caf::actor>& refs, int id) {
  std::minstd_rand random{static_cast<std::uint32_t>(id + 1)};
  for (int i = 1; i <= requests; ++i) {
    const auto& ref = refs[random() % refs.size()];
    const int number = random() % crash_one_in == 0 ? -i : i;
    const auto answer = co_await ctx.request<int>(ref, 1min, id, number).result();
    if (answer.is_ok() && answer.value() == number)
      ++counts.replies;
    else if (answer.is_err() && answer.error().code() == error_code::timeout)
      ++counts.timeouts;
    else
      ++counts.errors;
  }
}

} // namespace
} // namespace supervisor_chaos_test

BOOST_AUTO_TEST_SUITE(supervisor_chaos_test)

BOOST_AUTO_TEST_CASE(a_thousand_services_that_crash_answer_every_request) {
  tally counts;
  runtime rt{runtime_options{.workers = 4, .log = [](const log_record&) {}}};
  auto builder = supervisor::one_for_one(rt).intensity(1'000'000, 1s);
  for (int i = 0; i < width; ++i)
    builder = builder.supervisor(std::to_string(i), branch(counts, 1));
  std::optional tree{builder.start()};
  BOOST_REQUIRE(tree->started().await().is_ok());
  BOOST_TEST(counts.alive == services);

  std::vector<caf::actor> refs;
  for (int a = 0; a < width; ++a)
    for (int b = 0; b < width; ++b)
      for (int c = 0; c < width; ++c)
        refs.push_back(
            tree->ref(std::to_string(a) + "/" + std::to_string(b) + "/" + std::to_string(c)));
  std::vector<spawning_task<void>> asking;
  for (int i = 0; i < clients; ++i)
    asking.push_back(rt.spawn(client, std::ref(counts), std::cref(refs), i));
  for (const auto& one : asking)
    BOOST_TEST(one.await().is_ok());

  BOOST_TEST(counts.replies + counts.errors == clients * requests);
  BOOST_TEST(counts.timeouts == 0);
  BOOST_TEST(counts.out_of_order == 0);
  BOOST_TEST(counts.started > services);
  tree->stop();
  BOOST_TEST((tree->await().error().code() == error_code::cancelled));
  asking.clear();
  tree.reset();
  rt.join();
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(counts.alive == 0);
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
