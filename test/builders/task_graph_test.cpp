// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What a graph is made of, what is refused, and what runs in which order.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace task_graph_test {
namespace {

using names = std::vector<std::string>;

struct graph_fixture : runtime_fixture {
  // A body that notes that it ran.
  auto notes(std::string name) {
    return [this, name = std::move(name)] {
      std::lock_guard lock{mutex};
      order.push_back(name);
    };
  }
  task_graph::added add(const std::string& name) { return graph.add(name, notes(name)); }

  std::string refusal() const {
    try {
      graph.check();
    } catch (const std::invalid_argument& e) {
      return e.what();
    }
    return {};
  }

  std::mutex mutex;
  names order;
  task_graph graph{"build"};
};

} // namespace
} // namespace task_graph_test

BOOST_FIXTURE_TEST_SUITE(task_graph_test, graph_fixture)

BOOST_AUTO_TEST_CASE(no_task_is_done_at_once) {
  BOOST_TEST(graph.size() == 0u);
  auto run = graph.start(rt);
  BOOST_TEST((run.await().value() == graph_counts{}));
  BOOST_TEST(run.is_done());
  BOOST_TEST(run.statuses().empty());
  BOOST_TEST((graph.start(rt, {}).await().value() == graph_counts{}));
}

BOOST_AUTO_TEST_CASE(one_task_runs_once) {
  add("only");
  BOOST_TEST(graph.size() == 1u);
  auto run = graph.start(rt);
  BOOST_TEST((run.await().value() == graph_counts{.completed = 1}));
  BOOST_TEST((order == names{"only"}));
  BOOST_TEST(run.status("only").state == graph_task_state::completed);
}

BOOST_AUTO_TEST_CASE(nothing_runs_before_start) {
  add("a");
  graph.check();
  wait_until_idle(rt);
  BOOST_TEST(order.empty());
}

BOOST_AUTO_TEST_CASE(each_start_is_a_run_of_its_own) {
  add("a");
  add("b").depends_on("a");
  auto first = graph.start(rt);
  BOOST_TEST(first.await().is_ok());
  auto second = graph.start(rt);
  BOOST_TEST(second.await().is_ok());
  BOOST_TEST((order == names{"a", "b", "a", "b"}));
}

BOOST_AUTO_TEST_CASE(a_task_starts_after_all_that_it_depends_on) {
  add("link").depends_on("one", std::string{"two"});
  add("one").depends_on("fetch");
  add("two").depends_on(names{"fetch", "one"});
  add("fetch");
  BOOST_TEST((graph.start(rt).await().value() == graph_counts{.completed = 4}));
  BOOST_TEST((order == names{"fetch", "one", "two", "link"}));
}

BOOST_AUTO_TEST_CASE(a_task_starts_after_the_children_of_what_it_depends_on) {
  async_event go;
  std::atomic<bool> child_is_over{false};
  graph.add("parent", [&](task_context ctx) {
    static_cast<void>(ctx.spawn([&]() -> async<void> {
      co_await go;
      child_is_over = true;
    }));
  });
  std::atomic<bool> seen{false};
  graph.add("after", [&] { seen = child_is_over.load(); }).depends_on("parent");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  BOOST_TEST(run.status("after").state == graph_task_state::waiting);
  go.set();
  BOOST_TEST(run.await().is_ok());
  BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(one_is_started_with_what_it_needs) {
  add("a");
  add("b").depends_on("a");
  add("c").depends_on("b");
  add("other");
  auto run = graph.start(rt, {"b"});
  BOOST_TEST((run.await().value() == graph_counts{.completed = 2}));
  BOOST_TEST((order == names{"a", "b"}));
  BOOST_TEST(run.status("c").state == graph_task_state::unselected);
  BOOST_TEST(run.outcome("c").error().code() == error_code::invalid_state);
  BOOST_TEST(run.settled("c").await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_group_is_started_and_depended_on_as_a_whole) {
  add("fetch");
  add("one").group("checks").depends_on("fetch");
  add("two").group("checks");
  add("report").depends_on("checks");
  auto run = graph.start(rt, {"checks"});
  BOOST_TEST((run.await().value() == graph_counts{.completed = 3}));
  BOOST_TEST(run.status("report").state == graph_task_state::unselected);
  order.clear();
  BOOST_TEST((graph.start(rt, {"report"}).await().value() == graph_counts{.completed = 4}));
  BOOST_TEST(order.back() == "report");
}

BOOST_AUTO_TEST_CASE(the_tree_shows_run_groups_and_tasks) {
  async_event go;
  graph.add("alone", [&]() -> async<void> { co_await go; });
  async_event go_too;
  graph.add("member", [&]() -> async<void> { co_await go_too; }).group("checks");
  auto run = graph.start(rt);
  wait_until_idle(rt);
  const auto tree = rt.snapshot();
  auto find = [&](const std::string& name) {
    for (const auto& t : tree.tasks)
      if (t.name == name)
        return t;
    throw std::runtime_error{"not in the snapshot: " + name};
  };
  BOOST_TEST(find("build").id == run.task().id());
  BOOST_TEST(find("alone").parent == find("build").id);
  BOOST_TEST(find("checks").parent == find("build").id);
  BOOST_TEST(find("member").parent == find("checks").id);
  go.set();
  go_too.set();
  BOOST_TEST(run.await().is_ok());
}

BOOST_AUTO_TEST_CASE(the_most_urgent_goes_first) {
  graph.at_once(1);
  for (const auto p : {task_priority::low, task_priority::normal, task_priority::critical})
    graph
        .add(to_string(p),
             [this](task_context ctx) {
               std::lock_guard lock{mutex};
               order.push_back(ctx.name() + " is " + to_string(ctx.priority()));
             })
        .priority(p);
  BOOST_TEST(graph.start(rt).await().is_ok());
  BOOST_TEST((order == names{"critical is critical", "normal is normal", "low is low"}));
}

BOOST_AUTO_TEST_CASE(so_many_run_at_once) {
  graph.at_once(2);
  async_event go[4];
  for (int i = 0; i < 4; ++i)
    graph.add(std::to_string(i), [&, i]() -> async<void> { co_await go[i]; });
  auto run = graph.start(rt);
  wait_until_idle(rt);
  BOOST_TEST(run.count(graph_task_state::running) == 2u);
  BOOST_TEST(run.count(graph_task_state::ready) == 2u);
  go[1].set();
  wait_until_idle(rt);
  BOOST_TEST(run.status("2").state == graph_task_state::running);
  BOOST_TEST(run.status("3").state == graph_task_state::ready);
  for (const int i : {0, 2, 3})
    go[i].set();
  BOOST_TEST(run.await().is_ok());
}

BOOST_AUTO_TEST_CASE(the_builder_of_a_task_can_say_more) {
  graph.add(
      "slow", [](task_context ctx) -> async<void> { co_await ctx.sleep_for(1h); },
      [](auto task) { return task.timeout(1s).priority(task_priority::high); });
  graph.add("blocks", [] { return 1; }, [](auto task) { return task.blocking(); });
  auto run = graph.start(rt);
  BOOST_TEST(run.await<int>("blocks").value() == 1);
  advance(1s);
  BOOST_TEST(run.await("slow").error().code() == error_code::timeout);
  BOOST_TEST(run.await().error().cause().name() == "slow");
}

BOOST_AUTO_TEST_CASE(what_the_configuration_throws_is_the_tasks_failure) {
  graph.add("bad", [] {}, [](auto task) { return task.timeout(0s); });
  add("after").depends_on("bad");
  auto run = graph.start(rt);
  BOOST_TEST(run.await().error().cause().message().find("timeout()") != std::string::npos);
  BOOST_TEST(to_string(run.status("after")) == "after: skipped because of bad");
}

BOOST_AUTO_TEST_CASE(a_body_is_copied_for_each_run) {
  graph.add("counts", [n = 0]() mutable { return ++n; });
  BOOST_TEST(graph.start(rt).await<int>("counts").value() == 1);
  BOOST_TEST(graph.start(rt).await<int>("counts").value() == 1);
}

BOOST_AUTO_TEST_CASE(a_name_is_given_once) {
  add("a");
  BOOST_CHECK_THROW(add("a"), std::invalid_argument);
  BOOST_CHECK_THROW(add(""), std::invalid_argument);
  BOOST_TEST(graph.size() == 1u);
  BOOST_TEST(refusal().empty());
  add("b").group("a");
  BOOST_TEST(refusal() == "graph build: a task and a group are both named a");
}

BOOST_AUTO_TEST_CASE(what_does_not_exist_is_refused) {
  add("a").depends_on("b", "c");
  BOOST_TEST(refusal() == "graph build: a depends on b, which does not exist; "
                          "a depends on c, which does not exist");
  BOOST_CHECK_THROW(graph.start(rt), std::invalid_argument);
  add("b");
  add("c");
  BOOST_CHECK_THROW(graph.start(rt, {"a", "d"}), std::invalid_argument);
  wait_until_idle(rt);
  BOOST_TEST(order.empty());
  BOOST_TEST(rt.live_tasks() == 0u);
}

BOOST_AUTO_TEST_CASE(tasks_that_wait_for_each_other_are_named) {
  add("first");
  add("a").depends_on("first", "b");
  add("b").depends_on("c");
  add("c").depends_on("a");
  BOOST_TEST(refusal() == "graph build: these wait for each other: a -> b -> c -> a");
  BOOST_CHECK_THROW(graph.start(rt, {"first"}), std::invalid_argument);
  wait_until_idle(rt);
  BOOST_TEST(order.empty());
}

BOOST_AUTO_TEST_CASE(a_task_cannot_depend_on_itself) {
  add("a").depends_on("a");
  BOOST_TEST(refusal() == "graph build: these wait for each other: a -> a");
}

BOOST_AUTO_TEST_CASE(nor_a_member_on_its_group) {
  add("a").group("g");
  add("b").group("g").depends_on("g");
  BOOST_TEST(refusal() == "graph build: these wait for each other: b -> b");
}

BOOST_AUTO_TEST_CASE(a_limit_of_none_is_refused) {
  BOOST_CHECK_THROW(graph.at_once(0), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(who_observes_is_told_in_order) {
  names seen;
  graph.add("a", [] { throw std::runtime_error{"no"}; });
  add("b").depends_on("a");
  add("c").depends_on("b");
  add("d");
  graph.at_once(1).observe([&](const graph_change& c) {
    auto text = std::to_string(c.task) + " " + to_string(c.state);
    if (c.because != graph_change::none)
      text += " because of " + std::to_string(c.because);
    if (c.state == graph_task_state::failed)
      text += ": " + c.error.message();
    seen.push_back(text);
  });
  BOOST_TEST(graph.start(rt).await().is_err());
  BOOST_TEST((seen == names{"0 running", "0 failed: no", "1 skipped because of 0",
                            "2 skipped because of 1", "3 running", "3 completed"}));
}

BOOST_AUTO_TEST_CASE(what_an_observer_throws_goes_to_the_log) {
  std::mutex log_mutex;
  names texts;
  runtime own{runtime_options{.workers = 1, .log = [&](const log_record& r) {
                                std::lock_guard lock{log_mutex};
                                texts.push_back(to_string(r));
                              }}};
  add("a");
  graph.observe([](const graph_change& c) {
    if (c.state == graph_task_state::running)
      throw std::runtime_error{"full"};
    throw 1;
  });
  BOOST_TEST((graph.start(own).await().value() == graph_counts{.completed = 1}));
  std::lock_guard lock{log_mutex};
  BOOST_REQUIRE(texts.size() == 2u);
  BOOST_TEST(texts[0] == "error: the observer of graph build threw full");
}

BOOST_AUTO_TEST_CASE(a_long_chain) {
  constexpr int n = 10'000;
  std::atomic<int> last{-1};
  std::atomic<int> wrong{0};
  for (int i = 0; i < n; ++i) {
    auto added = graph.add(std::to_string(i), [&, i] {
      if (last.exchange(i) != i - 1)
        ++wrong;
    });
    if (i != 0)
      added.depends_on(std::to_string(i - 1));
  }
  BOOST_TEST((graph.start(rt).await().value() == graph_counts{.completed = n}));
  BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_long_chain_whose_first_task_fails) {
  constexpr int n = 10'000;
  for (int i = 0; i < n; ++i) {
    auto added = graph.add(std::to_string(i), [] { throw std::runtime_error{"first"}; });
    if (i != 0)
      added.depends_on(std::to_string(i - 1));
  }
  auto run = graph.start(rt);
  BOOST_TEST(run.await().error().message() == "1 task failed, 9999 skipped");
  const auto last = run.outcome("9999").error();
  BOOST_TEST(last.message() == "skipped: it needs 9998, which did not complete");
  BOOST_TEST(last.cause().message() == "first");
  BOOST_TEST(last.cause().name() == "0");
}

BOOST_AUTO_TEST_CASE(a_wide_fan) {
  constexpr int n = 10'000;
  std::atomic<int> ran{0};
  add("first");
  auto last = add("last");
  names all;
  for (int i = 0; i < n; ++i) {
    graph.add(std::to_string(i), [&] { ++ran; }).depends_on("first");
    all.push_back(std::to_string(i));
  }
  last.depends_on(all);
  BOOST_TEST((graph.start(rt).await().value() == graph_counts{.completed = n + 2}));
  BOOST_TEST(ran == n);
  BOOST_TEST((order == names{"first", "last"}));
}

BOOST_AUTO_TEST_SUITE_END()
