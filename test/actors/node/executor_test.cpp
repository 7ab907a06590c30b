// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/work/executor.hpp>

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

using namespace sweet;
namespace wire = sweet::detail::wire;

namespace executor_test {
namespace {

constexpr remote<int(int)> value{"value"};

/// Keeps what it is told.
struct results final : detail::result_sink {
  void finish(wire::finished_task task, detail::urgency) override {
    if (before)
      before();
    all.push_back(std::move(task));
  }
  void started(std::uint64_t, std::uint32_t) override {}
  void report(wire::progress) override {}
  bool output(const wire::output&) override { return true; }

  std::vector<wire::finished_task> all;
  std::function<void()> before;
};

wire::submitted_task submitted(std::uint64_t id) {
  wire::submitted_task x;
  x.id = id;
  x.name = "value";
  return x;
}

} // namespace
} // namespace executor_test

BOOST_AUTO_TEST_SUITE(executor_test)

BOOST_AUTO_TEST_CASE(nothing_is_over_before_its_submitter_is_told) {
  const auto runs = std::make_shared<detail::executor>(
      incarnation{1, 1, 1}, 2, std::vector<std::shared_ptr<const detail::provided_task>>{});
  const auto to = std::make_shared<results>();
  std::size_t meanwhile = 0;
  to->before = [&] { meanwhile = runs->size(); };
  runs->take(to, incarnation{2, 2, 1}, "other", submitted(1)); // it has no such function
  BOOST_TEST(to->all.size() == 1u);
  BOOST_TEST(meanwhile == 1u);
  BOOST_TEST(runs->size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_submitter_that_keeps_to_no_window_costs_bounded_memory) {
  using function = detail::provided_function<int (*)(int), int, int>;
  const auto runs = std::make_shared<detail::executor>(
      incarnation{1, 1, 1}, 2,
      std::vector<std::shared_ptr<const detail::provided_task>>{
          std::make_shared<const function>(value, [](int x) { return x; }, false)});
  const auto to = std::make_shared<results>();
  const incarnation greedy{2, 2, 1};
  for (std::uint64_t id = 1; id <= 10'000; ++id)
    runs->take(to, greedy, "greedy", submitted(id));
  BOOST_TEST(runs->size() < 1'000u);
  BOOST_TEST(to->all.size() == 10'000u - runs->size());
  BOOST_TEST((to->all.front().error.code() == error_code::resource_limit));
  // Another one is not held up by it.
  const auto before = to->all.size();
  runs->take(to, incarnation{3, 3, 1}, "modest", submitted(1));
  BOOST_TEST(to->all.size() == before);
  runs->orphan(greedy, "it is gone");
  BOOST_TEST(runs->size() <= 3u); // two are about to start
}

BOOST_AUTO_TEST_SUITE_END()
