// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/caf_error.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/journal.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/virtual_clock.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <ctime>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::journal;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace supervisor_test {
namespace {

using lines = std::vector<std::string>;

struct fixture_notes {
  journal notes;
};

// The notes outlive the runtime.
struct fixture : fixture_notes, runtime_fixture {
  /// An actor that doubles numbers, and does what it is told.
  auto worker(std::string name) {
    return [this, name](caf::event_based_actor* self) -> caf::behavior {
      notes.add("start " + name);
      self->attach_functor([this, name](const caf::error&) { notes.add("end " + name); });
      return {
          [](int x) { return 2 * x; },
          [=, this](const std::string& what) {
            if (what == "crash")
              throw std::runtime_error{name + " crashed"};
            if (what == "quit")
              self->quit();
            else
              notes.add(name + " got " + what);
          },
      };
    };
  }

  /// A task that says that it is ready, and does nothing until it is stopped.
  auto idler(std::string name) {
    return [this, name](task_context ctx) -> async<void> {
      notes.add("start " + name);
      ctx.on_cancel([this, name] { notes.add("end " + name); });
      report_ready(ctx);
      co_await ctx.sleep_for(1h);
    };
  }

  /// The same worker, which starts once `go` is set.
  auto late_worker(std::string name, async_event& go) {
    return [this, name, &go](task_context ctx) -> async<caf::actor> {
      co_await go;
      co_return ctx.runtime().system().spawn(worker(name));
    };
  }

  template <class... Args>
  void tell(const caf::actor& who, Args&&... args) {
    caf::anon_send(who, std::forward<Args>(args)...);
    wait_until_idle(rt);
  }

  task_result<int> ask(const caf::actor& who, int x) {
    return rt
        .spawn([=](task_context ctx) -> async<int> {
          co_return co_await ctx.request<int>(who, 10s, x).result();
        })
        .await();
  }
};

bool contains(const task_error& error, const std::string& text) {
  return to_string(error).find(text) != std::string::npos;
}

using adder = caf::typed_actor<caf::replies_to<int, int>::with<int>>;

adder::behavior_type adding(adder::pointer) {
  return {[](int a, int b) { return a + b; }};
}

struct counter_state {
  int count = 0;
};

caf::behavior counting(caf::stateful_actor<counter_state>* self) {
  return {[self](int x) { return self->state.count += x; }};
}

class tripler : public caf::event_based_actor {
public:
  explicit tripler(caf::actor_config& cfg) : caf::event_based_actor(cfg) {}
  caf::behavior make_behavior() override {
    return {[](int x) { return 3 * x; }};
  }
};

} // namespace
} // namespace supervisor_test

BOOST_FIXTURE_TEST_SUITE(supervisor_test, supervisor_test::fixture)

BOOST_AUTO_TEST_CASE(children_start_in_order_and_stop_in_reverse) {
  auto tree = supervisor::one_for_one(rt)
                  .service("a", worker("a"))
                  .service("b", idler("b"), says_ready{})
                  .service("c", worker("c"))
                  .start();
  BOOST_TEST(tree.started().await().is_ok());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"start a", "start b", "start c"}));
  tree.stop();
  BOOST_TEST((tree.await().error().code() == error_code::cancelled));
  BOOST_TEST(notes.take() == (lines{"end c", "end b", "end a"}));
}

BOOST_AUTO_TEST_CASE(a_reference_stays_valid_across_restarts) {
  auto tree = supervisor::one_for_one(rt).service("a", worker("a")).start();
  auto a = tree.ref("a");
  BOOST_TEST(ask(a, 1).value() == 2);
  tell(a, "crash");
  BOOST_TEST(ask(a, 2).value() == 4);
  BOOST_TEST(notes.take() == (lines{"start a", "end a", "start a"}));
}

BOOST_AUTO_TEST_CASE(what_is_sent_while_it_does_not_run_waits_in_order) {
  auto tree = supervisor::one_for_one(rt)
                  .backoff(backoff::fixed(1s).without_jitter())
                  .service("a", worker("a"))
                  .start();
  auto a = tree.ref("a");
  tell(a, "crash");
  notes.take();
  for (const auto* text : {"1", "2", "3"})
    tell(a, text);
  auto asked = rt.spawn(
      [=](task_context ctx) -> async<int> { co_return co_await ctx.request<int>(a, 10s, 4); });
  wait_until_idle(rt);
  BOOST_TEST(notes.take().empty());
  advance(1s);
  BOOST_TEST(notes.take() == (lines{"start a", "a got 1", "a got 2", "a got 3"}));
  BOOST_TEST(asked.await().value() == 8);
  BOOST_TEST(rt.lost_messages() == 0u);
}

BOOST_AUTO_TEST_CASE(a_service_may_be_typed_stateful_or_a_class) {
  auto tree =
      supervisor::one_for_one(rt)
          .service("adder", adding)
          .service("counter", counting)
          .service<tripler>("tripler", sweet::shutdown{1s})
          .service("doubler", []() -> caf::behavior { return {[](int x) { return 2 * x; }}; })
          .start();
  auto add = tree.ref<adder>("adder");
  BOOST_TEST(rt.spawn([=](task_context ctx) -> async<int> {
                 co_return co_await ctx.request(add, 1s, 2, 3);
               })
                 .await()
                 .value() == 5);
  BOOST_TEST(ask(tree.ref("counter"), 5).value() == 5);
  BOOST_TEST(ask(tree.ref("counter"), 5).value() == 10);
  BOOST_TEST(ask(tree.ref("tripler"), 5).value() == 15);
  BOOST_TEST(ask(tree.ref("doubler"), 5).value() == 10);
  BOOST_CHECK_THROW(static_cast<void>(tree.ref<adder>("counter")), std::invalid_argument);
  BOOST_CHECK_THROW(static_cast<void>(tree.ref("nobody")), std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(a_start_that_fails_stops_what_was_started_and_says_why) {
  auto tree =
      supervisor::one_for_one(rt)
          .service("a", worker("a"))
          .service("b", [](task_context) -> caf::actor { throw std::runtime_error{"no port"}; })
          .service("c", worker("c"))
          .start();
  auto c = tree.ref("c");
  BOOST_TEST(contains(tree.started().await().error(), "no port"));
  const auto outcome = tree.await();
  BOOST_TEST(contains(outcome.error(), "the child \"b\" did not start"));
  BOOST_TEST(contains(outcome.error(), "no port"));
  BOOST_TEST(notes.take() == (lines{"start a", "end a"}));
  BOOST_TEST(ask(c, 1).is_err());
  BOOST_TEST(tree.stop_child("a").await().is_err());
}

BOOST_AUTO_TEST_CASE(a_factory_that_is_a_coroutine_says_when_it_has_started) {
  async_event go;
  auto tree = supervisor::one_for_one(rt)
                  .service("a",
                           [&](task_context ctx) -> async<caf::actor> {
                             co_await go;
                             auto actor = ctx.runtime().system().spawn(worker("a"));
                             static_cast<void>(co_await ctx.request<int>(actor, 1s, 1));
                             co_return actor;
                           })
                  .service("b", worker("b"))
                  .start();
  wait_until_idle(rt);
  BOOST_TEST(notes.take().empty());
  go.set();
  BOOST_TEST(tree.started().await().is_ok());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"start a", "start b"}));
}

BOOST_AUTO_TEST_CASE(a_task_says_when_it_is_ready) {
  async_event go;
  auto tree = supervisor::one_for_one(rt)
                  .service(
                      "a",
                      [&](task_context ctx) -> async<void> {
                        co_await go;
                        report_ready(ctx);
                        report_ready(ctx);
                        co_await ctx.sleep_for(1h);
                      },
                      says_ready{})
                  .service("b", worker("b"))
                  .start();
  wait_until_idle(rt);
  BOOST_TEST(notes.take().empty());
  go.set();
  BOOST_TEST(tree.started().await().is_ok());
}

BOOST_AUTO_TEST_CASE(a_child_that_is_not_ready_in_time_has_not_started) {
  auto tree = supervisor::one_for_one(rt)
                  .service("a", waits_for_ever, says_ready{}, starts_within{2s})
                  .start();
  advance(2s);
  BOOST_TEST(contains(tree.await().error(), "not ready within 2 s"));
}

BOOST_AUTO_TEST_CASE(one_restart_too_many_fails_the_supervisor_with_its_history) {
  auto tree = supervisor::one_for_one(rt)
                  .intensity(2, 5s)
                  .service("b", worker("b"))
                  .service("a", worker("a"))
                  .start();
  auto a = tree.ref("a");
  for (int i = 0; i < 3; ++i)
    tell(a, "crash");
  const auto error = tree.await().error();
  BOOST_TEST(contains(error, "more than 2 restarts within 5 s"));
  BOOST_TEST(contains(error, "a crashed"));
  BOOST_TEST(ask(a, 1).is_err());
  BOOST_TEST(notes.take().back() == "end b");
}

BOOST_AUTO_TEST_CASE(a_transient_actor_that_quits_is_not_restarted) {
  auto tree =
      supervisor::one_for_one(rt).service("a", worker("a"), restart_type::transient).start();
  tell(tree.ref("a"), "quit");
  BOOST_TEST(notes.take() == (lines{"start a", "end a"}));
  const auto children = tree.which_children().await().value();
  BOOST_REQUIRE(children.size() == 1u);
  BOOST_TEST((children[0].state == child_state::stopped));
  BOOST_TEST(tree.restart_child("a").await().is_ok());
  BOOST_TEST(ask(tree.ref("a"), 1).value() == 2);
}

BOOST_AUTO_TEST_CASE(an_exit_message_to_a_reference_is_for_who_serves_now) {
  auto tree = supervisor::one_for_one(rt).service("a", worker("a")).start();
  auto a = tree.ref("a");
  wait_until_idle(rt);
  caf::anon_send_exit(a, caf::exit_reason::kill);
  wait_until_idle(rt);
  BOOST_TEST(ask(a, 1).value() == 2);
  BOOST_TEST(notes.take() == (lines{"start a", "end a", "start a"}));
}

BOOST_AUTO_TEST_CASE(children_come_and_go) {
  auto tree = supervisor::one_for_one(rt).service("a", worker("a")).start();
  BOOST_TEST(tree.start_child("b", worker("b"), restart_type::transient).await().is_ok());
  BOOST_TEST(ask(tree.ref("b"), 1).value() == 2);
  BOOST_TEST(tree.start_child("b", worker("b")).await().is_err());
  BOOST_TEST((tree.count_children().await().value() ==
              service_counts{.specified = 2, .active = 2, .supervisors = 0, .workers = 2}));
  BOOST_TEST(tree.delete_child("b").await().is_err());
  BOOST_TEST(tree.stop_child("b").await().is_ok());
  BOOST_TEST(tree.delete_child("b").await().is_ok());
  BOOST_TEST(tree.stop_child("b").await().is_err());
  BOOST_CHECK_THROW(static_cast<void>(tree.ref("b")), std::invalid_argument);
  BOOST_TEST(
      tree.start_child("c", [](task_context) -> caf::actor { throw std::runtime_error{"no"}; })
          .await()
          .is_err());
  BOOST_TEST(tree.which_children().await().value().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_nested_supervisor_is_restarted_and_its_references_stay) {
  auto inner = supervisor::one_for_one().intensity(1, 5s).service("web", worker("web"));
  auto tree = supervisor::rest_for_one(rt)
                  .service("db", worker("db"))
                  .supervisor("inner", inner)
                  .service("last", worker("last"))
                  .start();
  BOOST_TEST(tree.started().await().is_ok());
  wait_until_idle(rt);
  notes.take();
  auto web = tree.ref("inner/web");
  tell(web, "crash");
  BOOST_TEST(notes.take() == (lines{"end web", "start web"}));
  tell(web, "crash");
  BOOST_TEST(notes.take() == (lines{"end web", "end last", "start web", "start last"}));
  BOOST_TEST(ask(web, 3).value() == 6);
  BOOST_TEST(tree.nested("inner").which_children().await().value().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_stop_is_killed_when_its_time_is_over) {
  auto tree = supervisor::one_for_one(rt)
                  .service(
                      "a",
                      [this](task_context ctx) -> async<void> {
                        for (;;)
                          try {
                            co_await stopped_as_error(ctx.sleep_for(1h));
                          } catch (const cancelled&) {
                            if (ctx.level() >= cancellation_level::kill)
                              throw;
                            notes.add("no");
                          }
                      },
                      sweet::shutdown{3s})
                  .start();
  wait_until_idle(rt);
  tree.stop();
  advance(3s - 1ms);
  BOOST_TEST(!tree.is_done());
  advance(1ms);
  BOOST_TEST(tree.is_done());
  BOOST_TEST(notes.take() == (lines{"no"}));
}

BOOST_AUTO_TEST_CASE(kill_kills_the_children_in_reverse) {
  auto tree = supervisor::one_for_one(rt)
                  .service("a", worker("a"), sweet::shutdown::infinity())
                  .service("b", worker("b"), sweet::shutdown::infinity())
                  .start();
  wait_until_idle(rt);
  notes.take();
  tree.stop(cancellation_level::kill);
  BOOST_TEST((tree.await().error().code() == error_code::cancelled));
  BOOST_TEST(notes.take() == (lines{"end b", "end a"}));
}

BOOST_AUTO_TEST_CASE(a_supervisor_may_be_the_child_of_a_task) {
  auto task = rt.spawn([this](task_context ctx) -> async<void> {
    auto tree = supervisor::one_for_one(ctx).intensity(0, 1s).service("a", worker("a")).start();
    caf::anon_send(tree.ref("a"), "crash");
    co_await ctx.sleep_for(1h);
  });
  const auto error = task.await().error();
  BOOST_TEST(contains(error, "a child failed"));
  BOOST_TEST(contains(error, "more than 0 restarts"));
}

BOOST_AUTO_TEST_CASE(what_is_described_wrongly_is_refused_before_anything_starts) {
  auto two = supervisor::one_for_one(rt).service("a", worker("a")).service("a", worker("a"));
  BOOST_CHECK_THROW(static_cast<void>(two.start()), std::invalid_argument);
  BOOST_CHECK_THROW(supervisor::one_for_one(rt).service("a/b", worker("a")), std::invalid_argument);
  BOOST_CHECK_THROW(supervisor::one_for_one(rt).service("a", worker("a"), mailbox_limit{0}),
                    std::invalid_argument);
  auto important = supervisor::one_for_one(rt).service("a", worker("a"), significant{});
  BOOST_CHECK_THROW(static_cast<void>(important.start()), std::invalid_argument);
  BOOST_CHECK_THROW(supervisor::one_for_one(rt).service("a", worker("a"), says_ready{}),
                    std::invalid_argument);
  BOOST_CHECK_THROW(sweet::shutdown{0s}, std::invalid_argument);
  BOOST_TEST(notes.take().empty());
}

BOOST_AUTO_TEST_CASE(the_tree_shows_supervisors_and_services) {
  auto tree = supervisor::one_for_one(rt)
                  .name("shop")
                  .service("web", worker("web"))
                  .supervisor("inner", supervisor::one_for_all().service("db", idler("db")))
                  .start();
  BOOST_TEST(tree.started().await().is_ok());
  wait_until_idle(rt);
  const auto dump = rt.dump();
  for (const auto* name : {"shop", "web", "inner", "db"})
    BOOST_TEST(dump.find(name) != std::string::npos, dump);
}

BOOST_AUTO_TEST_CASE(a_bounded_service_drops_the_oldest) {
  async_event go;
  auto tree = supervisor::one_for_one(rt)
                  .service("a", late_worker("a", go), stash_limit{2},
                           mailbox_limit{2, overflow::drop_oldest})
                  .start();
  auto a = tree.ref("a");
  for (const auto* text : {"1", "2", "3", "4"})
    tell(a, text);
  go.set();
  BOOST_TEST(tree.started().await().is_ok());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"start a", "a got 3", "a got 4"}));
  BOOST_TEST(rt.lost_messages() == 2u);
}

BOOST_AUTO_TEST_CASE(a_full_stash_refuses_requests) {
  async_event go;
  auto tree =
      supervisor::one_for_one(rt).service("a", late_worker("a", go), stash_limit{1}).start();
  auto a = tree.ref("a");
  tell(a, "1");
  BOOST_TEST((ask(a, 1).error().code() == error_code::resource_limit));
  go.set();
  wait_until_idle(rt);
}

BOOST_AUTO_TEST_CASE(whoever_monitors_a_reference_hears_when_the_service_is_given_up) {
  auto tree = supervisor::one_for_one(rt).service("a", worker("a")).start();
  auto a = tree.ref("a");
  std::atomic<bool> told{false};
  caf::actor_cast<caf::abstract_actor*>(a)->attach_functor([&](const caf::error&) { told = true; });
  tell(a, "crash");
  BOOST_TEST(!told);
  tree.stop();
  static_cast<void>(tree.await());
  wait_until_idle(rt);
  BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(a_directive_may_escalate_an_error) {
  auto tree = supervisor::one_for_one(rt)
                  .service("a", worker("a"),
                           on_error{[](const task_error&) { return directive::escalate; }})
                  .start();
  tell(tree.ref("a"), "crash");
  BOOST_TEST(contains(tree.await().error(), "a crashed"));
}

BOOST_AUTO_TEST_CASE(the_end_of_the_runtime_stops_it_in_order) {
  auto tree =
      supervisor::one_for_one(rt).service("a", worker("a")).service("b", worker("b")).start();
  BOOST_TEST(tree.started().await().is_ok());
  rt.cancel();
  rt.join();
  BOOST_TEST(notes.take() == (lines{"start a", "start b", "end b", "end a"}));
}

BOOST_AUTO_TEST_CASE(when_the_runtime_kills_what_is_left_the_order_stays) {
  const auto notes_child = [this](task_context ctx) -> async<void> {
    ctx.on_cancel([this] { notes.add("end of a's child"); }, when_cancelled::graceful_or_kill);
    co_await ctx.sleep_for(1h);
  };
  auto tree = supervisor::one_for_one(rt)
                  .service(
                      "a",
                      [=](task_context ctx) -> async<void> {
                        static_cast<void>(ctx.spawn(notes_child));
                        report_ready(ctx);
                        co_await ctx.sleep_for(1h);
                      },
                      says_ready{})
                  .service(
                      "b",
                      [this](task_context ctx) -> async<void> {
                        ctx.on_cancel(
                            [this](task_context cleanup) -> async<void> {
                              co_await cleanup.sleep_for(500ms);
                              notes.add("end of b");
                            },
                            when_cancelled::graceful_or_kill);
                        report_ready(ctx);
                        while (ctx.level() < cancellation_level::kill)
                          try {
                            co_await stopped_as_error(ctx.sleep_for(1h));
                          } catch (const cancelled&) {
                          }
                        ctx.checkpoint();
                      },
                      says_ready{}, sweet::shutdown::infinity())
                  .start();
  BOOST_TEST(tree.started().await().is_ok());
  wait_until_idle(rt);
  rt.cancel();
  advance(30s);
  BOOST_TEST(notes.take().empty());
  advance(500ms);
  BOOST_TEST(notes.take() == (lines{"end of b", "end of a's child"}));
}

BOOST_AUTO_TEST_CASE(who_has_been_left_behind_does_not_get_the_messages_back) {
  std::atomic<int> warnings{0};
  std::atomic<int> runs{0};
  std::atomic<bool> hold{true};
  std::atomic<int> got{0};
  sweet::testing::virtual_clock clock; // nobody waits for idle threads when it moves
  runtime busy{{.workers = 2, .time = &clock, .log = [&](const log_record&) { ++warnings; }}};
  auto tree = supervisor::one_for_one(busy)
                  .service(
                      "a",
                      [&](task_context ctx) {
                        const auto run = ++runs;
                        while (run == 2 && hold) // is killed in vain, for it does not get ready
                          std::this_thread::yield();
                        report_ready(ctx);
                        report_ready(ctx);
                        if (run == 1)
                          throw std::runtime_error{"crash"};
                        if (run == 3)
                          got = ctx.receive<int>().await().value().payload;
                      },
                      says_ready{}, starts_within{1s}, blocking_body{}, restart_type::transient)
                  .start();
  while (runs != 2)
    std::this_thread::yield();
  while (warnings < 2) {
    clock.advance(100ms);
    std::this_thread::yield();
  }
  while (runs != 3)
    std::this_thread::yield();
  hold = false;
  wait_until_idle(busy);
  caf::anon_send(tree.ref("a"), 7);
  while (got != 7)
    std::this_thread::yield();
}

// -- Bodies that go on after kill_hard

BOOST_AUTO_TEST_CASE(a_stop_ends_although_a_body_goes_on_and_names_it) {
  // The body reads it for a moment longer than the case lasts.
  struct switches {
    std::atomic<bool> hold{true};
    std::atomic<bool> runs{false};
  };
  const auto body = std::make_shared<switches>();
  auto inner = supervisor::one_for_one().service(
      "stuck",
      [body](task_context) {
        for (body->runs = true; body->hold;)
          std::this_thread::yield();
      },
      blocking_body{}, sweet::shutdown{200ms});
  auto tree = supervisor::one_for_one(rt)
                  .service("a", worker("a"))
                  .supervisor("inner", inner)
                  .service("b", worker("b"))
                  .start();
  auto a = tree.ref("a");
  BOOST_TEST(tree.started().await().is_ok());
  while (!body->runs)
    std::this_thread::yield();
  wait_until_idle(rt);
  auto stopped = tree.stop(cancellation_level::graceful, "enough");
  advance(200ms + 1s);
  BOOST_TEST(!tree.is_done()); // the body has a second to be unwound
  advance(2s);
  BOOST_REQUIRE(tree.is_done());
  const auto error = tree.await().error();
  BOOST_TEST((error.code() == error_code::cancelled));
  BOOST_TEST(contains(error, "abandoned: \"inner\""));
  BOOST_TEST(contains(error, "enough"));
  BOOST_TEST((stopped.now().outcome == cancellation_outcome::cancelled));
  BOOST_TEST(stopped.now().abandoned == 1u);
  // It answers as one that has ended, though its task has to wait.
  BOOST_TEST(notes.take() == (lines{"start a", "start b", "end b", "end a"}));
  BOOST_TEST((tree.which_children().await().error().code() == error_code::cancelled));
  BOOST_TEST((ask(a, 1).error().code() == error_code::cancelled));
  body->hold = false;
}

BOOST_AUTO_TEST_CASE(a_body_that_is_unwound_at_kill_hard_is_not_called_abandoned) {
  async_event never;
  auto tree = supervisor::one_for_one(rt)
                  .service(
                      "a",
                      [&](task_context) -> async<void> {
                        static_cast<void>(co_await sweet::detail::event_access::wait_shielded(
                            never, cancellation_level::kill));
                        throw cancelled{};
                      },
                      sweet::shutdown{200ms})
                  .start();
  wait_until_idle(rt);
  auto stopped = tree.stop();
  advance(200ms + 1s - 1ms);
  BOOST_TEST(!tree.is_done());
  advance(1ms);
  BOOST_REQUIRE(tree.is_done());
  BOOST_TEST(!contains(tree.await().error(), "abandoned"));
  BOOST_TEST(stopped.now().abandoned == 0u);
}

// -- Messages behind one that crashes the service

BOOST_AUTO_TEST_CASE(a_message_that_crashes_the_service_takes_none_of_the_stash_along) {
  async_event go;
  auto tree = supervisor::one_for_one(rt).service("a", late_worker("a", go)).start();
  auto a = tree.ref("a");
  tell(a, "1");
  tell(a, "crash");
  auto asked = rt.spawn(
      [=](task_context ctx) -> async<int> { co_return co_await ctx.request<int>(a, 10s, 21); });
  wait_until_idle(rt);
  lines expected{"start a", "a got 1", "end a", "start a"};
  for (int i = 2; i < 20; ++i) {
    tell(a, std::to_string(i));
    expected.push_back("a got " + std::to_string(i));
  }
  go.set();
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == expected);
  BOOST_TEST(asked.await().value() == 42);
  BOOST_TEST(rt.lost_messages() == 0u);
}

BOOST_AUTO_TEST_CASE(a_task_that_ends_leaves_the_stash_it_has_not_read_to_the_next) {
  async_event go;
  auto tree = supervisor::one_for_one(rt)
                  .service(
                      "a",
                      [&](task_context ctx) -> async<void> {
                        co_await go;
                        report_ready(ctx);
                        for (;;) {
                          const auto text = (co_await ctx.receive<std::string>()).payload;
                          if (text == "crash")
                            throw std::runtime_error{"crashed"};
                          notes.add(text);
                        }
                      },
                      says_ready{})
                  .start();
  auto a = tree.ref("a");
  for (const auto* text : {"1", "crash", "2", "crash", "3", "4"})
    tell(a, text);
  go.set();
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"1", "2", "3", "4"}));
  BOOST_TEST(rt.lost_messages() == 0u);
}

// -- After the end

BOOST_AUTO_TEST_CASE(after_the_runtime_a_tree_and_its_references_answer) {
  std::optional<supervisor_tree> tree;
  std::optional<supervisor_tree> inner;
  caf::actor a;
  caf::actor web;
  {
    runtime other{runtime_options{.log = [](const log_record&) {}}};
    tree = supervisor::one_for_one(other)
               .service("a", worker("a"), registered{"a"})
               .supervisor("inner", supervisor::one_for_one().service("web", worker("web")))
               .start();
    tree->started().await().unwrap();
    inner = tree->nested("inner");
    a = tree->ref("a");
    web = tree->ref("inner/web");
  }
  for (const auto& ended : {*tree, *inner}) {
    const auto refused = [](const auto& task) {
      BOOST_TEST(task.is_done());
      BOOST_TEST((task.status() == task_status::failed));
      BOOST_TEST(contains(task.await().error(), "the supervisor has ended"));
      BOOST_TEST(contains(task.await(1s).error(), "the supervisor has ended"));
    };
    refused(ended.which_children());
    refused(ended.count_children());
    refused(ended.started());
    refused(ended.restart_child("a"));
    refused(ended.stop_child("a"));
    refused(ended.delete_child("a"));
    refused(ended.start_child("b", worker("b")));
    BOOST_TEST(ended.is_done());
    BOOST_TEST((ended.await().error().code() == error_code::cancelled));
    BOOST_TEST((ended.await(1s).error().code() == error_code::cancelled));
    BOOST_TEST((ended.task().status() == task_status::cancelled));
  }
  BOOST_TEST((tree->ref("a") == a));
  BOOST_TEST((tree->ref("inner/web") == web));
  BOOST_TEST((inner->ref("web") == web));
  BOOST_CHECK_THROW(static_cast<void>(tree->ref("nobody")), std::invalid_argument);
  BOOST_CHECK_THROW(static_cast<void>(inner->nested("web")), std::invalid_argument);
  for (const auto& reference : {a, web}) {
    caf::anon_send(reference, 1);
    caf::anon_send_exit(reference, caf::exit_reason::kill);
    BOOST_TEST(contains(ask(reference, 1).error(), "the supervisor has ended"));
    bool told = false;
    caf::actor_cast<caf::abstract_actor*>(reference)->attach_functor(
        [&](const caf::error&) { told = true; });
    BOOST_TEST(told);
  }
  // Another runtime's task awaits what it has to say.
  const auto seen = rt.spawn([&](task_context) -> async<bool> {
    const auto children = co_await tree->which_children().result();
    const auto end = co_await tree->result();
    co_return children.is_err() && end.is_err();
  });
  BOOST_TEST(seen.await().value());
  notes.take();
}

// -- Many children

BOOST_AUTO_TEST_CASE(what_a_child_costs_does_not_depend_on_how_many_there_are) {
  const auto cpu_time = [this](int n) {
    timespec before{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    auto tree = supervisor::one_for_one(rt).start();
    std::vector<spawning_task<void>> all;
    for (int i = 0; i < n; ++i)
      all.push_back(
          tree.start_child(std::to_string(i), [](task_context) {}, restart_type::transient));
    for (const auto& one : all)
      one.await().unwrap();
    for (int i = 0; i < n; ++i)
      all[static_cast<std::size_t>(i)] = tree.delete_child(std::to_string(i));
    for (const auto& one : all)
      static_cast<void>(one.await());
    tree.stop();
    static_cast<void>(tree.await());
    timespec after{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    return double(after.tv_sec - before.tv_sec) + 1e-9 * double(after.tv_nsec - before.tv_nsec);
  };
  const auto few = cpu_time(500);
  const auto many = cpu_time(8000);
  BOOST_TEST_MESSAGE("500 children: " << few << " s, 8,000: " << many << " s");
  // 16 times as many: 16 if linear, 256 if quadratic.
  BOOST_TEST(many < 64 * few);
}

BOOST_AUTO_TEST_SUITE_END()
