// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "cluster.hpp"

using namespace sweet;
using namespace std::chrono_literals;

namespace output_test {
namespace {

constexpr remote<int(std::string)> says{"says"};
constexpr std::size_t portion = 1000;

/// What has come.
struct heard {
  std::mutex mutex;
  std::string text;
  std::uint32_t attempt = 0;
};

/// A function that says a text in portions, and returns how often it had to wait.
async<int> say(task_context ctx, remote_origin origin, std::string text) {
  int waits = 0;
  for (std::size_t at = 0; at < text.size(); at += portion)
    while (!origin.output.give(std::string_view{text}.substr(at, portion))) {
      ++waits;
      co_await ctx.sleep_for(1ms);
    }
  co_return waits;
}

} // namespace

struct fixture : cluster {
  auto receiver(const std::shared_ptr<heard>& to) {
    return [to](std::uint32_t attempt, std::string_view text) {
      std::lock_guard guard{to->mutex};
      to->attempt = attempt;
      to->text += text;
    };
  }
};

} // namespace output_test

BOOST_FIXTURE_TEST_SUITE(output_test, output_test::fixture)

BOOST_AUTO_TEST_CASE(all_comes_in_order_before_the_function_has_ended) {
  auto b = node("b").provide(says, say).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  std::string text;
  for (int i = 0; text.size() < 3'000'000; ++i)
    text += std::to_string(i) + '\n';
  const auto got = std::make_shared<heard>();
  auto task = rt.spawn(a.body_of(says, placement::on("b"), receiver(got)), text);
  const auto waits = task.await();
  BOOST_TEST_REQUIRE(waits.is_ok());
  BOOST_TEST(waits.value() > 0); // a window is under way, and no more
  std::lock_guard guard{got->mutex};
  BOOST_TEST((got->text == text));
  BOOST_TEST(got->attempt == 1U);
}

BOOST_AUTO_TEST_CASE(nobody_has_to_listen) {
  auto b = node("b").provide(says, say).start();
  auto a = joins("a", b).start();
  wait_for_up(a, {"b"});
  BOOST_TEST(async_task::to<int>(rt)
                 .on(a, placement::on("b"))
                 .run(says, std::string(5000, 'x'))
                 .await()
                 .is_ok());
}

BOOST_AUTO_TEST_CASE(too_much_at_a_time_is_refused) {
  const remote_output nowhere;
  BOOST_TEST(nowhere.give(std::string(remote_output::most, 'x')));
  BOOST_CHECK_THROW(static_cast<void>(nowhere.give(std::string(remote_output::most + 1, 'x'))),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
