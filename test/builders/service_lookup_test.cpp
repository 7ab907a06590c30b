// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Services that the whole runtime knows by name, and who wants to hear of them.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/journal.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::for_each_seed;
using sweet::testing::journal;
using sweet::testing::runtime_fixture;
using sweet::testing::simulation;
using sweet::testing::wait_until_idle;

namespace service_lookup_test {
namespace {

using lines = std::vector<std::string>;

caf::behavior doubling() {
  return {[](int x) -> int {
    if (x < 0)
      throw std::runtime_error{"cannot double that"};
    return 2 * x;
  }};
}

using adder = caf::typed_actor<caf::replies_to<int, int>::with<int>>;

adder::behavior_type adding(adder::pointer) {
  return {[](int a, int b) { return a + b; }};
}

struct fixture_notes {
  journal notes;
};

struct fixture : fixture_notes, runtime_fixture {
  /// Notes the changes that it is told.
  caf::actor watcher() {
    return rt.system().spawn([this]() -> caf::behavior {
      return {[this](const service_up& x) { notes.add("up " + x.name); },
              [this](const service_down& x) { notes.add("down " + x.name); }};
    });
  }

  supervisor_tree start(const std::string& name = "doubler") {
    auto tree = supervisor::one_for_one(rt).service("child", doubling, registered{name}).start();
    BOOST_TEST(tree.started().await().is_ok());
    return tree;
  }

  void crash(const std::string& name) {
    caf::anon_send(find_service(rt, name), -1);
    wait_until_idle(rt);
  }

  int ask(const caf::actor& service, int x) {
    return rt
        .spawn([=](task_context ctx) -> async<int> {
          co_return co_await ctx.request<int>(service, 10s, x);
        })
        .await()
        .value();
  }
};

} // namespace
} // namespace service_lookup_test

BOOST_FIXTURE_TEST_SUITE(service_lookup_test, service_lookup_test::fixture)

BOOST_AUTO_TEST_CASE(a_registered_service_is_found_by_name_until_its_supervisor_has_ended) {
  BOOST_TEST(!find_service(rt, "doubler"));
  auto tree = start();
  const auto found = find_service(rt, "doubler");
  BOOST_TEST((found == tree.ref("child")));
  BOOST_TEST(!find_service(rt, "child"));
  BOOST_TEST(ask(found, 3) == 6);
  crash("doubler");
  BOOST_TEST((find_service(rt, "doubler") == found));
  BOOST_TEST(ask(found, 4) == 8);
  tree.stop();
  static_cast<void>(tree.await());
  BOOST_TEST(!find_service(rt, "doubler"));
}

BOOST_AUTO_TEST_CASE(a_typed_service_is_found_as_what_it_is) {
  auto tree = supervisor::one_for_one(rt).service("adder", adding, registered{"adder"}).start();
  BOOST_TEST(static_cast<bool>(find_service<adder>(rt, "adder")));
  BOOST_TEST(static_cast<bool>(find_service(rt, "adder")));
  auto other = start();
  BOOST_CHECK_THROW(find_service<adder>(rt, "doubler"), std::invalid_argument);
  BOOST_TEST(!find_service<adder>(rt, "nobody"));
}

BOOST_AUTO_TEST_CASE(who_watches_hears_at_once_and_of_each_change) {
  const auto who = watcher();
  watch_service(rt, "doubler", who);
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"down doubler"}));
  auto tree = start();
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"up doubler"}));
  crash("doubler");
  BOOST_TEST(notes.take() == (lines{"down doubler", "up doubler"}));
  const auto late = watcher();
  watch_service(rt, "doubler", late);
  watch_service(rt, "doubler", late); // says it again, and then once as before
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"up doubler", "up doubler"}));
  unwatch_service(rt, "doubler", who);
  tree.stop();
  static_cast<void>(tree.await());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"down doubler"}));
  caf::anon_send_exit(late, caf::exit_reason::kill);
  caf::anon_send_exit(who, caf::exit_reason::kill);
  wait_until_idle(rt);
  auto again = start(); // nobody hears
  wait_until_idle(rt);
  BOOST_TEST(notes.take().empty());
}

BOOST_AUTO_TEST_CASE(a_task_watches) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    watch_service(ctx.runtime(), "doubler", ctx.actor());
    const auto before = co_await ctx.receive<service_down>();
    const auto after = co_await ctx.receive<service_up>();
    co_return before.payload.name + ' ' + after.payload.name;
  });
  wait_until_idle(rt);
  auto tree = start();
  BOOST_TEST(task.await().value() == "doubler doubler");
}

BOOST_AUTO_TEST_CASE(a_name_belongs_to_one_service_at_a_time) {
  auto tree = start("taken");
  const auto description = supervisor::one_for_one(rt)
                               .service("first", doubling, registered{"free"})
                               .service("second", doubling, registered{"taken"});
  BOOST_CHECK_THROW(description.start(), std::invalid_argument);
  BOOST_TEST(!find_service(rt, "free"));
  auto added = tree.start_child("another", doubling, registered{"taken"}).await();
  BOOST_TEST((added.error().code() == error_code::invalid_data));
  BOOST_TEST(tree.which_children().await().value().size() == 1u);
  BOOST_TEST(tree.start_child("another", doubling, registered{"other"}).await().is_ok());
  BOOST_TEST(static_cast<bool>(find_service(rt, "other")));
  BOOST_TEST(tree.stop_child("another").await().is_ok());
  BOOST_TEST(tree.delete_child("another").await().is_ok());
  BOOST_TEST(!find_service(rt, "other"));
  tree.stop();
  static_cast<void>(tree.await());
  auto later = description.start();
  BOOST_TEST(later.started().await().is_ok());
  BOOST_TEST(static_cast<bool>(find_service(rt, "free")));
}

BOOST_AUTO_TEST_CASE(a_service_may_watch_others_and_itself) {
  const auto watches = [this](caf::event_based_actor*) -> caf::behavior {
    return {[this](const service_up& x) { notes.add("up " + x.name); },
            [](const service_down&) { throw std::runtime_error{"without it I am nothing"}; }};
  };
  auto tree =
      supervisor::one_for_one(rt).service("watches", watches, registered{"watches"}).start();
  auto other = start();
  BOOST_TEST(tree.started().await().is_ok());
  for (const auto* name : {"doubler", "watches"})
    watch_service(rt, name, find_service(rt, "watches"));
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"up doubler", "up watches"}));
  // It falls with the other one. That it has fallen itself tells the one that comes next, and so
  // on: too often.
  crash("doubler");
  BOOST_TEST((tree.await().error().code() != error_code::cancelled));
  BOOST_TEST(static_cast<bool>(find_service(rt, "doubler")));
}

BOOST_AUTO_TEST_CASE(a_nested_supervisor_is_found_by_name_also_after_a_restart) {
  const auto inner = supervisor::one_for_one().intensity(0, 1s).service("child", doubling);
  auto tree = supervisor::one_for_one(rt).supervisor("jobs", inner, registered{"jobs"}).start();
  BOOST_TEST(tree.started().await().is_ok());
  const auto who = watcher();
  watch_service(rt, "jobs", who);
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"up jobs"}));
  const auto found = find_service(rt, "jobs");
  BOOST_TEST((found == tree.ref("jobs")));
  caf::anon_send(tree.ref("jobs/child"), -1); // more than the inner one may heal
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"down jobs", "up jobs"}));
  BOOST_TEST((find_service(rt, "jobs") == found));
  BOOST_TEST(ask(tree.ref("jobs/child"), 3) == 6);
  tree.stop();
  static_cast<void>(tree.await());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"down jobs"}));
  BOOST_TEST(!find_service(rt, "jobs"));
  caf::anon_send_exit(who, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(a_registered_name_is_not_empty) {
  BOOST_CHECK_THROW(supervisor::one_for_one(rt).service("x", doubling, registered{""}),
                    std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(in_any_interleaving_ups_and_downs_take_turns) {
  for_each_seed(200,
                [](simulation& sim) {
                  sim.run([&sim](task_context ctx) -> async<void> {
                    auto& own = ctx.runtime();
                    std::vector<bool> ups;
                    const auto who = own.system().spawn([&ups]() -> caf::behavior {
                      return {[&ups](const service_up&) { ups.push_back(true); },
                              [&ups](const service_down&) { ups.push_back(false); }};
                    });
                    watch_service(own, "x", who);
                    auto tree = supervisor::one_for_one(own)
                                    .service("x", doubling, registered{"x"})
                                    .service("y", doubling)
                                    .intensity(100, 1s)
                                    .start();
                    for (int i = 0; i < 5; ++i) {
                      if (const auto service = find_service(own, "x");
                          service && sim.choose(2) == 0)
                        caf::anon_send(service, -1);
                      for (auto n = sim.choose(20); n != 0; --n)
                        co_await ctx.yield();
                    }
                    tree.stop();
                    static_cast<void>(co_await tree.result());
                    co_await ctx.sleep_for(1s);
                    expect(!ups.empty() && !ups.front() && !ups.back());
                    for (std::size_t i = 1; i < ups.size(); ++i)
                      expect(ups[i] != ups[i - 1]);
                    caf::anon_send_exit(who, caf::exit_reason::kill);
                  });
                },
                {.log = [](const log_record&) {}});
}

BOOST_AUTO_TEST_SUITE_END()
