// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/node/link/strangers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/simulation.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace strangers_test {
namespace {

using names = std::vector<std::string>;

/// Has a place for a time, or until it has to give way; notes when it is over.
async<void> stays(task_context ctx, detail::strangers::place place, std::string name,
                  std::chrono::milliseconds time, names* over) {
  const struct at_end {
    std::string name;
    names* over;
    ~at_end() { over->push_back(name); }
  } ends{std::move(name), over};
  co_await ctx.sleep_for(time);
  place = {};
}

/// Three places, and who has come for one. The first letter of a name is the address.
struct port {
  explicit port(const task_context& ctx)
      : home(detail::home_of(detail::context_access::get(ctx))), all(home, 3) {}

  void stays_for(std::chrono::milliseconds time, std::string name, const task_context& ctx,
                 detail::strangers::place place) {
    const auto number = place.number();
    const auto task = ctx.spawn(stays, std::move(place), std::move(name), time, &over);
    all.belongs(number, task.share());
  }
  auto now() const { return home.timers().now(); }

  detail::task_home& home;
  detail::strangers all;
  names over;
};

} // namespace
} // namespace strangers_test

using namespace strangers_test;

BOOST_AUTO_TEST_SUITE(strangers_test)

BOOST_AUTO_TEST_CASE(the_first_one_of_the_address_that_has_most_gives_way) {
  for_each_seed(20, [](simulation& sim) {
    sim.run([](task_context ctx) -> async<void> {
      port x{ctx};
      co_await ctx.scope(child_failure::collect, [&x](task_context links) -> async<void> {
        for (const auto* name : {"b1", "a1", "a2"})
          x.stays_for(5s, name, links, co_await x.all.enter(links, {name, 1}));
        const auto before = x.now();
        x.stays_for(5s, "c1", links, co_await x.all.enter(links, "c"));
        expect(x.over == names{"a1"});
        // Nobody has to before he had a moment.
        expect(x.now() - before >= 250ms && x.now() - before < 300ms);
      });
      expect(x.over.size() == 4u);
    });
  });
}

BOOST_AUTO_TEST_CASE(nobody_gives_way_where_a_place_becomes_free) {
  for_each_seed(20, [](simulation& sim) {
    sim.run([](task_context ctx) -> async<void> {
      port x{ctx};
      co_await ctx.scope(child_failure::collect, [&x](task_context links) -> async<void> {
        x.stays_for(5s, "a1", links, co_await x.all.enter(links, "a"));
        x.stays_for(100ms, "a2", links, co_await x.all.enter(links, "a"));
        x.stays_for(5s, "a3", links, co_await x.all.enter(links, "a"));
        x.stays_for(5s, "b1", links, co_await x.all.enter(links, "b"));
        expect(x.over == names{"a2"});
      });
    });
  });
}

BOOST_AUTO_TEST_SUITE_END()
