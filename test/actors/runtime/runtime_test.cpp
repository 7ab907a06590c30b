// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace runtime_test {
namespace {

async<void> grows(task_context ctx, int depth) {
  for (int i = 0; depth != 0 && i < 3; ++i)
    static_cast<void>(ctx.spawn(grows, depth - 1));
  co_await waits_for_ever(ctx);
}

// By thread id, from the kernel's books.
std::map<std::string, std::chrono::nanoseconds> cpu_of_threads() {
  std::map<std::string, std::chrono::nanoseconds> result;
  for (const auto& thread : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::ifstream books{thread.path() / "schedstat"};
    std::chrono::nanoseconds::rep on_cpu = 0;
    if (books >> on_cpu)
      result.emplace(thread.path().filename(), on_cpu);
  }
  return result;
}

} // namespace
} // namespace runtime_test

BOOST_AUTO_TEST_SUITE(runtime_test)

BOOST_AUTO_TEST_CASE(it_wraps_a_prepared_system) {
  caf::actor_system_config cfg;
  configure(cfg);
  cfg.set("scheduler.max-threads", std::size_t{3});
  caf::actor_system system{cfg};
  {
    runtime rt{system};
    BOOST_TEST(&rt.system() == &system);
    BOOST_TEST(rt.workers() == 3u);
    BOOST_TEST(rt.spawn([] { return 1; }).await().value() == 1);
    BOOST_CHECK_THROW(runtime{system}, std::invalid_argument);
    static_cast<void>(rt.spawn(waits_for_ever));
  }
  runtime again{system};
  BOOST_TEST(again.spawn([] { return 2; }).await().value() == 2);
}

BOOST_AUTO_TEST_CASE(it_refuses_a_system_that_was_not_prepared) {
  caf::actor_system_config cfg;
  cfg.set("scheduler.max-threads", std::size_t{1});
  caf::actor_system system{cfg};
  BOOST_CHECK_EXCEPTION(runtime{system}, std::invalid_argument, [](const std::exception& e) {
    return std::string{e.what()}.find("sweet::configure") != std::string::npos;
  });
}

BOOST_AUTO_TEST_CASE(the_builder_says_how) {
  bool called = false;
  auto builder = runtime_builder{}.name("first").workers(1);
  auto other = builder.name("second").configure([&](caf::actor_system_config&) { called = true; });
  runtime rt = builder.build();
  BOOST_TEST(rt.name() == "first");
  BOOST_TEST(rt.workers() == 1u);
  BOOST_TEST(!called);
  runtime rt2 = other.build();
  BOOST_TEST(rt2.name() == "second");
  BOOST_TEST(called);
}

BOOST_AUTO_TEST_CASE(the_builder_takes_a_clock) {
  sweet::testing::virtual_clock time;
  runtime rt = runtime_builder{}.workers(1).time(time).build();
  auto task = rt.spawn([](task_context ctx) -> async<void> { co_await ctx.sleep_for(1h); });
  wait_until_idle(rt);
  BOOST_TEST(!task.is_done());
  time.advance(1h);
  BOOST_TEST(task.await().is_ok());
}

BOOST_AUTO_TEST_CASE(many_starts_and_stops_with_work_in_flight) {
  constexpr int count = SWEET_THREAD_SANITIZER || SWEET_ADDRESS_SANITIZER ? 250 : 1000;
  for (int i = 0; i < count; ++i) {
    std::optional<runtime> rt{runtime_options{.workers = 2}};
    const auto tree = rt->spawn(grows, 3);
    const auto one = rt->spawn([] {});
    rt->system().spawn([](caf::event_based_actor*) {});
    if (i % 2 == 0)
      std::this_thread::yield();
    rt.reset();
    BOOST_TEST(tree.is_done());
    BOOST_TEST(one.is_done());
  }
}

// Of the threads that the runtime started: a sanitizer's own thread never rests.
BOOST_AUTO_TEST_CASE(an_idle_runtime_uses_no_cpu) {
  const auto others = cpu_of_threads();
  runtime rt;
  rt.spawn([] {}).await().unwrap();
  auto sleeper = rt.spawn(waits_for_ever);
  wait_until_idle(rt);
  // Two seconds of wall time, that is what is measured.
  const auto wall = std::chrono::steady_clock::now() + 2s;
  const auto before = cpu_of_threads();
  std::this_thread::sleep_until(wall);
  auto used = 0ns;
  std::size_t threads = 0;
  for (const auto& [id, cpu] : cpu_of_threads())
    if (!others.contains(id)) {
      used += cpu - before.at(id);
      ++threads;
    }
  BOOST_TEST(threads > rt.workers()); // the timers have a thread as well
  BOOST_TEST(used.count() < (4ms / 1ns));
}

BOOST_FIXTURE_TEST_CASE(a_snapshot_shows_the_tree, runtime_fixture) {
  auto task = async_task::to<void>(rt).name("top").run([](task_context ctx) -> async<void> {
    auto child =
        async_task::to<void>(ctx).name("child").priority(task_priority::low).run(waits_for_ever);
    co_await child;
  });
  wait_until_idle(rt);
  const auto tree = rt.snapshot();
  BOOST_REQUIRE(tree.tasks.size() == 3u);
  auto find = [&](const std::string& name) {
    for (auto& t : tree.tasks)
      if (t.name == name)
        return t;
    throw std::runtime_error{"not in the snapshot: " + name};
  };
  BOOST_TEST(find("sweet").parent.value == 0u);
  BOOST_TEST(find("top").parent.value == find("sweet").id.value);
  BOOST_TEST(find("child").parent.value == find("top").id.value);
  BOOST_TEST(find("child").priority == task_priority::low);
  BOOST_TEST(find("top").detail == "");
  BOOST_TEST(find("top").wait.target == find("child").id);
  BOOST_TEST(find("child").status == task_status::running);
  const auto text = rt.dump();
  BOOST_TEST(text.find("top") < text.find("child"));
  task.cancel();
}

BOOST_FIXTURE_TEST_CASE(a_snapshot_waits_for_nobody, single_worker_fixture) {
  std::atomic<bool> busy{false};
  std::atomic<bool> hold{true};
  auto task = async_task::to<void>(rt).name("computes").run([&](task_context ctx) {
    auto child = ctx.spawn([] {});
    busy = true;
    while (hold)
      std::this_thread::yield();
  });
  while (!busy)
    std::this_thread::yield();
  const auto tree = rt.snapshot();
  BOOST_TEST(tree.tasks.size() == 3u);
  hold = false;
  BOOST_TEST(task.await().is_ok());
}

BOOST_FIXTURE_TEST_CASE(snapshots_of_a_tree_that_changes_are_sound, runtime_fixture) {
  std::atomic<bool> stop{false};
  auto task = spawn(rt, [&](task_context ctx) -> async<void> {
    while (!stop) {
      std::vector<child_task<void>> children;
      for (int i = 0; i < 50; ++i)
        children.push_back(
            ctx.spawn([](task_context own) -> async<void> { co_await own.yield(); }));
      for (auto& child : children)
        co_await child;
    }
  });
  for (int i = 0; i < 200; ++i) {
    std::set<std::uint64_t> ids;
    for (auto& t : rt.snapshot().tasks)
      BOOST_TEST(ids.insert(t.id.value).second);
  }
  stop = true;
  BOOST_TEST(task.await().is_ok());
}

BOOST_FIXTURE_TEST_CASE(join_waits_for_all_tasks, runtime_fixture) {
  std::atomic<int> done{0};
  for (int i = 0; i < 100; ++i)
    static_cast<void>(rt.spawn([&](task_context ctx) -> async<void> {
      co_await ctx.yield();
      ++done;
    }));
  rt.join();
  BOOST_TEST(done == 100);
}

BOOST_AUTO_TEST_SUITE_END()
