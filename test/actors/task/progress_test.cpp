// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <atomic>
#include <string>
#include <thread>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

BOOST_FIXTURE_TEST_SUITE(progress_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(handles_and_dumps_show_what_a_task_says) {
  async_event go;
  auto task = async_task::to<void>(rt).name("pack").run([&](task_context ctx) -> async<void> {
    ctx.progress(40, 100, "compressing");
    co_await go;
    ctx.progress(100, 100);
  });
  wait_until_idle(rt);
  BOOST_TEST((task.progress() == task_progress{40, 100, "compressing"}));
  BOOST_TEST(rt.dump().find("pack " + to_string(task.id()) +
                            " running, 40 of 100: compressing (waits for event)\n") !=
             std::string::npos);
  go.set();
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST((task.progress() == task_progress{100, 100, ""}));
}

BOOST_AUTO_TEST_CASE(a_parent_sees_how_far_its_child_is) {
  async_event go;
  auto parent = rt.spawn([&](task_context ctx) -> async<std::uint64_t> {
    auto child = ctx.spawn([&](task_context own) -> async<void> {
      own.progress(3, 0);
      co_await go;
    });
    while (!child.progress())
      co_await ctx.yield();
    const auto seen = child.progress().done;
    go.set();
    co_await child;
    co_return seen;
  });
  BOOST_TEST(parent.await().value() == 3u);
}

BOOST_AUTO_TEST_CASE(a_task_that_says_nothing_has_none) {
  auto task = rt.spawn([] {});
  BOOST_TEST(task.await().is_ok());
  BOOST_TEST(!task.progress());
}

BOOST_AUTO_TEST_CASE(snapshots_while_tasks_report_and_end) {
  std::atomic<bool> stop{false};
  std::thread looks{[&] {
    while (!stop)
      for (const auto& task : rt.snapshot().tasks)
        if (task.progress &&
            (task.progress.total != 10 || task.progress.text != "a text of its own"))
          std::abort();
  }};
  for (int i = 0; i < 200; ++i) {
    auto all = rt.spawn([](task_context ctx) -> async<void> {
      task_group<void> group{ctx};
      for (int k = 0; k < 10; ++k)
        group.spawn([](task_context own) -> async<void> {
          for (std::uint64_t n = 1; n <= 10; ++n) {
            own.progress(n, 10, "a text of its own");
            co_await own.yield();
          }
        });
      while (co_await group.next())
        ;
    });
    BOOST_TEST(all.await().is_ok());
  }
  stop = true;
  looks.join();
}

BOOST_AUTO_TEST_SUITE_END()
