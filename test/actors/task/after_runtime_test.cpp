// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Every member of every handle that outlives the runtime of its task. AddressSanitizer sees what
// they must not touch any more.

#include <sweet/actors/runtime/memory/runtime_gate.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/actor.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::virtual_clock;
using sweet::testing::waits_for_ever;

namespace after_runtime_test {
namespace {

/// What `start(rt)` returns, once the runtime has ended.
template <class Start>
auto ended(Start start) {
  runtime rt{runtime_options{.workers = 1}};
  return start(rt);
}

spawning_task<int> completed_task() {
  return ended([](runtime& rt) {
    auto task = async_task::to<int>(rt).name("seven").metrics().run([](task_context ctx) {
      ctx.progress(1, 2, "half");
      return 7;
    });
    expect(task.await().is_ok());
    return task;
  });
}

async<int> waits(task_context ctx) {
  co_await waits_for_ever(ctx);
  co_return 1;
}

/// Ended by the end of its runtime.
spawning_task<int> cancelled_task() {
  return ended([](runtime& rt) { return rt.spawn(waits); });
}

bool is_unreachable(const std::function<void()>& f) {
  try {
    f();
  } catch (const task_failure& e) {
    return e.error().code() == error_code::unreachable;
  }
  return false;
}

} // namespace
} // namespace after_runtime_test

BOOST_AUTO_TEST_SUITE(after_runtime_test)

BOOST_AUTO_TEST_CASE(cancel_answers_how_the_task_had_ended) {
  const auto completed = completed_task();
  for (const auto level :
       {cancellation_level::graceful, cancellation_level::kill, cancellation_level::kill_hard}) {
    auto asked = completed.cancel(level, "too late");
    for (const auto& answer : {asked.now(), asked.await(), asked.await(1h)}) {
      BOOST_TEST((answer.outcome == cancellation_outcome::success));
      BOOST_TEST((answer.took == 0ns));
      BOOST_TEST(answer.abandoned == 0u);
    }
  }
  BOOST_TEST(completed.await().value() == 7);
  const auto answer = cancelled_task().cancel(cancellation_level::kill).now();
  BOOST_TEST((answer.outcome == cancellation_outcome::cancelled));
  BOOST_TEST((answer.level == cancellation_level::graceful));
}

BOOST_AUTO_TEST_CASE(the_clock_of_an_answer_stops_with_the_runtime) {
  virtual_clock time;
  caf::actor_system_config cfg;
  configure(cfg, time);
  caf::actor_system system{cfg};
  std::optional<cancellation> before;
  spawning_task<void> task;
  {
    runtime rt{system, runtime_options{}};
    task = rt.spawn([] {});
    BOOST_TEST(task.await().is_ok());
    before = task.cancel();
    time.advance(3s);
  }
  time.advance(1h);
  BOOST_TEST((before->now().took == 3s));
  BOOST_TEST((task.cancel().now().took == 0s));
}

BOOST_AUTO_TEST_CASE(what_a_handle_tells_stays) {
  const auto task = completed_task();
  BOOST_TEST(static_cast<bool>(task));
  BOOST_TEST(task.is_done());
  BOOST_TEST(task.status() == task_status::completed);
  BOOST_TEST(task.id() != task_id::none);
  BOOST_TEST(task.name() == "seven");
  BOOST_TEST((task.parent() == task_id::none));
  BOOST_TEST(task.children().empty());
  BOOST_TEST(task.attempts() == 1u);
  BOOST_TEST(task.progress().text == "half");
  BOOST_TEST(task.timestamps().ended.has_value());
  BOOST_TEST(task.metrics()->turns == 1u);
  BOOST_TEST((task.priority() == task_priority::normal));
  BOOST_REQUIRE(task.value() != nullptr);
  BOOST_TEST(*task.value() == 7);
  BOOST_TEST(task.await(1h).value() == 7);
  BOOST_TEST(task.await_result([](auto outcome) { return outcome.value() + 1; }) == 8);
  auto copy = task;
  BOOST_TEST((copy == task));
  BOOST_TEST((cancelled_task().await().error().code() == error_code::cancelled));
}

// A parent whose frame has a mapping of its own, which goes when it ends.
BOOST_AUTO_TEST_CASE(the_parent_of_an_ended_task_is_not_looked_at) {
  const auto child = ended([](runtime& rt) {
    return rt
        .spawn([](task_context ctx) -> async<spawning_task<int>> {
          std::array<int, 50'000> big{};
          auto below = ctx.spawn([] { return 1; });
          auto shared = below.share();
          big[7] = co_await below;
          expect(big[7] == 1);
          co_return shared;
        })
        .await()
        .value();
  });
  BOOST_TEST((child.parent() == task_id::none));
}

BOOST_AUTO_TEST_CASE(nothing_is_started_behind_the_task) {
  const auto task = completed_task();
  BOOST_TEST(is_unreachable([&] { static_cast<void>(task.chain([](int) {})); }));
  BOOST_TEST(is_unreachable([&] { static_cast<void>(task.map([](int x) { return x; })); }));
  BOOST_TEST(is_unreachable(
      [&] { static_cast<void>(task.and_then([](int x) { return task_result<int>{x}; })); }));
  BOOST_TEST(
      is_unreachable([&] { static_cast<void>(task.map_err([](task_error e) { return e; })); }));
  BOOST_TEST(
      is_unreachable([&] { static_cast<void>(task.or_else([](task_error) { return 0; })); }));
}

// The actor system goes on, the runtime does not.
BOOST_AUTO_TEST_CASE(nothing_is_started_in_a_system_without_a_runtime) {
  caf::actor_system_config cfg;
  configure(cfg);
  caf::actor_system system{cfg};
  spawning_task<int> task;
  {
    runtime rt{system, runtime_options{}};
    task = rt.spawn([] { return 1; });
    BOOST_TEST(task.await().is_ok());
  }
  BOOST_TEST(is_unreachable([&] { static_cast<void>(task.map([](int x) { return x; })); }));
  runtime another{system, runtime_options{}};
  BOOST_TEST(task.map([](int x) { return x + 1; }).await().value() == 2);
}

BOOST_AUTO_TEST_CASE(callbacks_are_called_at_once) {
  int got = 0;
  completed_task().on_done([&got, here = std::this_thread::get_id()](task_result<int> outcome) {
    got = std::this_thread::get_id() == here ? outcome.value() : -1;
  });
  BOOST_TEST(got == 7);
}

BOOST_AUTO_TEST_CASE(messages_find_nobody) {
  const auto task = completed_task();
  BOOST_TEST((task.send(1).error().code() == error_code::unreachable));
  const auto actor = task.actor();
  caf::anon_send(actor, 1);
  caf::anon_send_exit(actor, caf::exit_reason::kill);
  BOOST_TEST((actor == task.actor()));
}

BOOST_AUTO_TEST_CASE(actors_of_another_system_get_their_answers) {
  const auto task = completed_task();
  caf::actor_system_config cfg;
  configure(cfg);
  caf::actor_system system{cfg};
  caf::scoped_actor self{system};
  int got = 0;
  self->request(task.actor(), caf::infinite, 0)
      .receive([&](int value) { got = value; }, [](const caf::error&) {});
  BOOST_TEST(got == 7);
  self->monitor(task.actor());
  bool down = false;
  self->receive([&](const caf::down_msg&) { down = true; });
  BOOST_TEST(down);
}

BOOST_FIXTURE_TEST_CASE(tasks_of_another_runtime_await_them, runtime_fixture) {
  const auto completed = completed_task();
  const auto cancelled = cancelled_task();
  auto all = rt.spawn([&](task_context) -> async<int> {
    expect((co_await completed.cancel()).outcome == cancellation_outcome::success);
    expect((co_await cancelled.result()).is_err());
    auto both = co_await when_all_settled(completed, cancelled);
    expect(std::get<1>(both).is_err());
    co_return co_await completed + std::get<0>(both).value();
  });
  BOOST_TEST(all.await().value() == 14);
  auto follower = rt.spawn([&] { return completed.await().value(); });
  BOOST_TEST(follower.await().value() == 7);
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_was_never_started_is_destroyed) {
  auto held = std::make_shared<int>(3);
  std::weak_ptr<int> seen = held;
  auto never = ended([&](runtime& rt) {
    return rt
        .spawn([&] {
          return std::optional{[](std::shared_ptr<int> p) -> async<int> {
            co_return *p;
          }(std::exchange(held, nullptr))};
        })
        .await()
        .value();
  });
  BOOST_TEST(!seen.expired());
  never.reset();
  BOOST_TEST(seen.expired());
}

BOOST_AUTO_TEST_CASE(a_stream_is_asked_after_the_runtime) {
  auto stream = ended([](runtime& rt) {
    auto made = async_task::emits<int>(rt)
                    .sender(std::vector<int>{1, 2, 3})
                    .receiver(strategy::serial(), [](int) {})
                    .run();
    expect(made.await().is_ok());
    return made;
  });
  BOOST_TEST(stream.is_done());
  BOOST_TEST(stream.status() == task_status::completed);
  BOOST_TEST(stream.id() != task_id::none);
  BOOST_TEST(stream.name().empty());
  BOOST_TEST(stream.counts().processed == 3u);
  stream.pause();
  stream.resume();
  stream.drain();
  BOOST_TEST((stream.cancel().now().outcome == cancellation_outcome::success));
  BOOST_TEST((stream.task().cancel(cancellation_level::kill_hard).now().outcome ==
              cancellation_outcome::success));
  BOOST_TEST(stream.await_final_event().is_ok());
}

BOOST_AUTO_TEST_CASE(a_graph_is_asked_after_the_runtime) {
  task_graph graph{"build"};
  graph.add("done", [] { return 4; });
  graph.add("waits", waits);
  const auto run = ended([&](runtime& rt) {
    auto made = graph.start(rt);
    expect(made.await("done").is_ok());
    return made;
  });
  BOOST_TEST(run.is_done());
  BOOST_TEST((run.await().error().code() == error_code::cancelled));
  BOOST_TEST(run.await<int>("done").value() == 4);
  BOOST_TEST((run.await("waits").error().code() == error_code::cancelled));
  BOOST_TEST(is_unreachable([&] { static_cast<void>(run.settled("done")); }));
  BOOST_TEST(run.cancel() == 0u);
  run.cancel("waits", cancellation_level::kill, "late");
  BOOST_TEST(run.count(graph_task_state::completed) == 1u);
  BOOST_TEST(run.statuses().size() == 2u);
}

// A callback that is inside when the end looks for tasks may start one after that look.
BOOST_AUTO_TEST_CASE(the_runtime_does_not_end_on_who_was_inside_when_its_tasks_were_looked_for) {
  using closing = detail::runtime_gate::closing;
  detail::runtime_gate gate;
  gate.open();
  BOOST_REQUIRE(gate.enter());
  const auto seen = gate.passages();
  gate.leave();
  BOOST_TEST((gate.close(seen, {}) == closing::not_yet));
  BOOST_TEST((gate.close(gate.passages(), {}) == closing::closed));
  BOOST_TEST(!gate.enter());
}

// Any thread uses its handles while the runtime ends.
BOOST_AUTO_TEST_CASE(handles_are_used_while_the_runtime_ends) {
  for (int round = 0; round < 50; ++round) {
    auto rt = std::make_unique<runtime>(runtime_options{.workers = 1});
    auto task = rt->spawn(waits);
    std::thread other{[task] {
      while (!task.is_done()) {
        static_cast<void>(task.parent());
        static_cast<void>(task.children());
        static_cast<void>(task.send(1));
      }
      static_cast<void>(task.cancel(cancellation_level::kill).now());
      try {
        // One at a time: a thread that starts tasks faster than they end keeps the runtime from
        // ending until that is enforced.
        for (;;)
          static_cast<void>(task.or_else([](task_error) { return 0; }).await());
      } catch (const task_failure& e) {
        expect(e.error().code() == error_code::unreachable);
      }
    }};
    rt.reset();
    other.join();
    BOOST_TEST((task.await().error().code() == error_code::cancelled));
  }
}

BOOST_AUTO_TEST_SUITE_END()
