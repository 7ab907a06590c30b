// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "asking.hpp"

#include <sweet/messages/caf_error.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using asking::ask;
using asking::ask_later;
using asking::at_end;
using asking::flag;
using asking::gate;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace handler_test {
namespace {

/// Notes whether the frame of a coroutine has gone before the state of its actor.
struct late_state {
  std::atomic<bool>* frame_is_gone = nullptr;
  std::atomic<bool>* was_first = nullptr;
  ~late_state() {
    if (was_first != nullptr)
      *was_first = frame_is_gone->load();
  }
};

struct named {
  const char* name = "till";
};

/// Returns the coroutine of a handler that waits at `g` before it answers with what it was asked.
auto held_at(gate& g) {
  return [&g](task_context, int x) -> async<int> {
    g.reached.set();
    co_await g.go;
    co_return x;
  };
}

struct counted {
  int entered = 0;
  int now = 0;
  int most = 0;
};

} // namespace
} // namespace handler_test

BOOST_FIXTURE_TEST_SUITE(handler_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_coroutine_that_does_not_wait_answers) {
  auto a = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [](int x) -> async<int> { co_return 2 * x; })};
  });
  BOOST_TEST(ask<int>(rt, a, 21).value() == 42);
  BOOST_TEST(ask<int>(rt, a, 4).value() == 8);
}

BOOST_AUTO_TEST_CASE(a_coroutine_waits_for_tasks_requests_timers_and_channels) {
  channel<std::string> words{1};
  auto doubler = rt.system().spawn([]() -> caf::behavior { return {[](int x) { return 2 * x; }}; });
  auto handle = rt.spawn([](task_context ctx) -> async<int> {
    co_await ctx.sleep_for(1ms);
    co_return 7;
  });
  auto a = rt.system().spawn(
      [&, rx = words.receiver](caf::event_based_actor* self) mutable -> caf::behavior {
        return {handler(self, [=](task_context ctx, int x) mutable -> async<std::string> {
          const int doubled = co_await ctx.request<int>(doubler, 1s, x);
          co_await ctx.sleep_for(1ms);
          auto child = ctx.spawn([](int y) { return y + 1; }, doubled);
          auto text = co_await rx.receive();
          co_return *text + std::to_string(co_await child) + std::to_string(co_await handle);
        })};
      });
  auto answer = ask_later<std::string>(rt, a, 21);
  auto sent = rt.spawn(
      [tx = words.sender]() mutable -> async<bool> { co_return co_await tx.send("it is "); });
  advance(1ms);
  advance(1ms);
  BOOST_TEST(answer.await().value().value() == "it is 437");
  BOOST_TEST(sent.await().value());
}

BOOST_AUTO_TEST_CASE(a_failure_is_answered_with_the_error_of_the_task) {
  auto a = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self,
                    [](task_context ctx, bool waits) -> async<int> {
                      if (waits)
                        co_await ctx.yield();
                      throw std::runtime_error{"no luck"};
                    }),
            handler(self, [](task_context ctx, std::string) -> async<void> {
              co_await ctx.yield();
              throw task_failure{task_error{error_code::rejected, "not you"}};
            })};
  });
  for (const bool waits : {false, true}) {
    const auto r = ask<int>(rt, a, waits);
    BOOST_TEST_REQUIRE(r.is_err());
    BOOST_TEST(r.error().code() == error_code::failure);
    BOOST_TEST(r.error().message() == "no luck");
  }
  const auto r = ask<void>(rt, a, std::string{"x"});
  BOOST_TEST_REQUIRE(r.is_err());
  BOOST_TEST(r.error().message() == "an awaited task failed");
  // The actor lives on.
  BOOST_TEST(ask<int>(rt, a, true).error().message() == "no luck");
}

BOOST_AUTO_TEST_CASE(a_handler_may_answer_with_nothing) {
  auto a = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [](task_context ctx, int x) -> async<void> {
      if (x > 0)
        co_await ctx.yield();
    })};
  });
  BOOST_TEST(ask<void>(rt, a, 0).is_ok());
  BOOST_TEST(ask<void>(rt, a, 1).is_ok());
}

BOOST_AUTO_TEST_CASE(a_suspended_handler_keeps_other_messages_waiting_in_order) {
  gate g;
  auto seen = std::make_shared<std::vector<int>>();
  auto a = rt.system().spawn([&, seen](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self,
                    [&, seen](task_context, int x) -> async<int> {
                      seen->push_back(x);
                      if (x == 1) {
                        g.reached.set();
                        co_await g.go;
                      }
                      seen->push_back(-x);
                      co_return x;
                    }),
            [seen](std::string) { seen->push_back(100); }};
  });
  auto first = ask_later<int>(rt, a, 1);
  g.reached.wait();
  caf::anon_send(a, std::string{"plain"});
  caf::anon_send(a, 2);
  caf::anon_send(a, std::string{"plain"});
  caf::anon_send(a, 3);
  wait_until_idle(rt);
  BOOST_TEST(*seen == (std::vector{1}), boost::test_tools::per_element());
  g.go.set();
  BOOST_TEST(first.await().value().value() == 1);
  BOOST_TEST(ask<int>(rt, a, 4).value() == 4);
  BOOST_TEST(*seen == (std::vector{1, -1, 100, 2, -2, 100, 3, -3, 4, -4}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(urgent_messages_go_first_when_the_actor_goes_on) {
  gate g;
  auto seen = std::make_shared<std::vector<int>>();
  auto a = rt.system().spawn([&, seen](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [&, seen](task_context, int x) -> async<int> {
      seen->push_back(x);
      if (x == 1) {
        g.reached.set();
        co_await g.go;
      }
      co_return x;
    })};
  });
  auto first = ask_later<int>(rt, a, 1);
  g.reached.wait();
  caf::anon_send(a, 2);
  caf::anon_send<caf::message_priority::high>(a, 3);
  wait_until_idle(rt);
  g.go.set();
  BOOST_TEST(first.await().value().value() == 1);
  BOOST_TEST(ask<int>(rt, a, 4).value() == 4);
  BOOST_TEST(*seen == (std::vector{1, 3, 2, 4}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_reentrant_handler_has_as_many_coroutines_as_it_says) {
  completion<void> go;
  auto c = std::make_shared<counted>();
  auto a = rt.system().spawn([c, gone = go.result](caf::event_based_actor* self) -> caf::behavior {
    return {handler(
        self,
        [c, gone](task_context, int x) mutable -> async<int> {
          ++c->entered;
          c->most = std::max(c->most, ++c->now);
          static_cast<void>(co_await gone.get());
          --c->now;
          co_return x;
        },
        reentrant{3})};
  });
  std::vector<spawning_task<task_result<int>>> asked;
  for (int i = 0; i < 10; ++i)
    asked.push_back(ask_later<int>(rt, a, i));
  wait_until_idle(rt);
  BOOST_TEST(c->entered == 3);
  BOOST_TEST(go.set());
  for (int i = 0; i < 10; ++i)
    BOOST_TEST(asked[static_cast<std::size_t>(i)].await().value().value() == i);
  BOOST_TEST(c->most == 3);
}

BOOST_AUTO_TEST_CASE(an_actor_that_is_killed_destroys_the_frame_before_its_state) {
  for (const auto reason : {caf::exit_reason::kill, caf::exit_reason::user_shutdown}) {
    std::atomic<bool> frame_is_gone{false};
    std::atomic<bool> was_first{false};
    flag reached;
    auto a = rt.system().spawn([&](caf::stateful_actor<late_state>* self) -> caf::behavior {
      self->state.frame_is_gone = &frame_is_gone;
      self->state.was_first = &was_first;
      return {handler(self, [&](task_context ctx, int) -> async<int> {
        const at_end end{frame_is_gone};
        reached.set();
        co_await waits_for_ever(ctx);
        co_return 0;
      })};
    });
    caf::scoped_actor self{rt.system()};
    self->monitor(a);
    auto asked = ask_later<int>(rt, a, 1);
    auto waits = [&] {
      reached.wait();
      return ask_later<int>(rt, a, 2);
    }();
    caf::anon_send_exit(a, reason);
    caf::anon_send_exit(a, caf::exit_reason::kill); // a second one
    self->receive([&](const caf::down_msg& down) { BOOST_TEST((down.reason == reason)); });
    BOOST_TEST(frame_is_gone.load());
    BOOST_TEST(was_first.load());
    BOOST_TEST(asked.await().value().error().code() == error_code::unreachable);
    const auto second = waits.await().value();
    BOOST_TEST_REQUIRE(second.is_err());
  }
}

BOOST_AUTO_TEST_CASE(down_messages_act_while_the_actor_is_frozen) {
  gate g;
  flag told;
  auto other =
      rt.system().spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int) {}}; });
  auto a = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(other);
    self->set_down_handler([&](caf::down_msg&) { told.set(); });
    return {handler(self, held_at(g))};
  });
  auto asked = ask_later<int>(rt, a, 5);
  g.reached.wait();
  caf::anon_send_exit(other, caf::exit_reason::kill);
  told.wait();
  g.go.set();
  BOOST_TEST(asked.await().value().value() == 5);
}

BOOST_AUTO_TEST_CASE(a_coroutine_may_use_its_actor_after_a_wait) {
  auto a = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [self](task_context ctx, int x) -> async<int> {
      co_await ctx.yield();
      self->become([x](std::string) { return x; });
      co_await ctx.yield();
      co_return x;
    })};
  });
  BOOST_TEST(ask<int>(rt, a, 9).value() == 9);
  BOOST_TEST(ask<int>(rt, a, std::string{"?"}).value() == 9);
}

BOOST_AUTO_TEST_CASE(an_actor_without_a_behavior_lives_until_its_coroutines_have_ended) {
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{2}}) {
    std::atomic<bool> frame_is_gone{false};
    std::atomic<bool> was_first{false};
    auto a =
        rt.system().spawn([&, at_once](caf::stateful_actor<late_state>* self) -> caf::behavior {
          self->state.frame_is_gone = &frame_is_gone;
          self->state.was_first = &was_first;
          return {handler(
              self,
              [&, self](task_context ctx, int x) -> async<int> {
                const at_end end{frame_is_gone};
                co_await ctx.yield();
                self->unbecome();
                co_await ctx.yield();
                co_return x;
              },
              reentrant{at_once})};
        });
    caf::scoped_actor self{rt.system()};
    self->monitor(a);
    BOOST_TEST(ask<int>(rt, a, 3).value() == 3);
    self->receive([](const caf::down_msg& down) { BOOST_TEST(!down.reason); });
    BOOST_TEST(was_first.load());
  }
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_quits_answers_if_it_does_not_wait_any_more) {
  for (const bool waits_first : {false, true}) {
    auto a = rt.system().spawn([=](caf::event_based_actor* self) -> caf::behavior {
      return {handler(self, [=](task_context ctx, int x) -> async<int> {
        if (waits_first)
          co_await ctx.yield();
        self->quit();
        co_return x;
      })};
    });
    caf::scoped_actor self{rt.system()};
    self->monitor(a);
    BOOST_TEST(ask<int>(rt, a, 3).value() == 3);
    self->receive([](const caf::down_msg& down) { BOOST_TEST(!down.reason); });
  }
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_quits_and_waits_is_stopped) {
  for (const bool waits_first : {false, true}) {
    auto a = rt.system().spawn([=](caf::event_based_actor* self) -> caf::behavior {
      return {handler(self, [=](task_context ctx, int x) -> async<int> {
        if (waits_first)
          co_await ctx.yield();
        self->quit();
        co_await ctx.yield();
        co_return x;
      })};
    });
    caf::scoped_actor self{rt.system()};
    self->monitor(a);
    BOOST_TEST(ask<int>(rt, a, 3).error().code() == error_code::unreachable);
    self->receive([](const caf::down_msg& down) { BOOST_TEST(!down.reason); });
  }
}

BOOST_AUTO_TEST_CASE(an_exception_elsewhere_in_the_actor_stops_its_coroutines) {
  std::atomic<bool> frame_is_gone{false};
  flag reached;
  auto a = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {handler(
                self,
                [&](task_context ctx, int) -> async<int> {
                  const at_end end{frame_is_gone};
                  reached.set();
                  co_await waits_for_ever(ctx);
                  co_return 0;
                },
                reentrant{2}),
            [](std::string) { throw std::runtime_error{"oops"}; }};
  });
  caf::scoped_actor self{rt.system()};
  self->monitor(a);
  auto asked = ask_later<int>(rt, a, 1);
  reached.wait();
  caf::anon_send(a, std::string{"throw"});
  self->receive([](const caf::down_msg& down) { BOOST_TEST(!!down.reason); });
  BOOST_TEST(frame_is_gone.load());
  BOOST_TEST(asked.await().value().error().code() == error_code::unreachable);
}

BOOST_AUTO_TEST_CASE(an_error_handler_that_is_set_later_is_kept_and_quits_are_still_seen) {
  std::atomic<bool> frame_is_gone{false};
  flag reached;
  std::atomic<int> errors{0};
  auto a = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    auto waits = handler(self, [&](task_context ctx, int) -> async<int> {
      const at_end end{frame_is_gone};
      reached.set();
      co_await waits_for_ever(ctx);
      co_return 0;
    });
    self->set_error_handler([&](caf::error&) { ++errors; });
    return {waits};
  });
  caf::scoped_actor self{rt.system()};
  self->monitor(a);
  auto asked = ask_later<int>(rt, a, 1);
  reached.wait();
  caf::anon_send(a, caf::make_error(caf::sec::runtime_error));
  caf::anon_send_exit(a, caf::exit_reason::kill);
  self->receive([](const caf::down_msg&) {});
  BOOST_TEST(errors.load() == 1);
  BOOST_TEST(frame_is_gone.load());
}

BOOST_AUTO_TEST_CASE(an_error_handler_that_a_coroutine_sets_is_kept_and_quits_are_still_seen) {
  std::atomic<bool> frame_is_gone{false};
  std::atomic<bool> was_first{false};
  flag reached;
  auto a = rt.system().spawn([&](caf::stateful_actor<late_state>* self) -> caf::behavior {
    self->state.frame_is_gone = &frame_is_gone;
    self->state.was_first = &was_first;
    return {handler(self, [&, self](task_context ctx, bool waits) -> async<int> {
      const at_end end{frame_is_gone};
      if (waits)
        co_await ctx.yield();
      self->set_error_handler([](caf::error&) {});
      reached.set();
      co_await waits_for_ever(ctx);
      co_return 0;
    })};
  });
  caf::scoped_actor self{rt.system()};
  self->monitor(a);
  auto asked = ask_later<int>(rt, a, true);
  reached.wait();
  wait_until_idle(rt);
  caf::anon_send_exit(a, caf::exit_reason::kill);
  self->receive([](const caf::down_msg&) {});
  BOOST_TEST(was_first.load());
  BOOST_TEST(asked.await().value().error().code() == error_code::unreachable);
}

BOOST_AUTO_TEST_CASE(captures_outlive_a_become_and_the_wait) {
  gate g;
  auto a = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    auto text = std::make_unique<std::string>("still here");
    return {handler(self,
                    [&, self, text = std::shared_ptr<std::string>{std::move(text)}](
                        task_context, int) -> async<std::string> {
                      self->become([](int) { return 1; }); // the behavior with this handler is gone
                      g.reached.set();
                      co_await g.go;
                      co_return *text;
                    })};
  });
  auto asked = ask_later<std::string>(rt, a, 1);
  g.reached.wait();
  wait_until_idle(rt);
  g.go.set();
  BOOST_TEST(asked.await().value().value() == "still here");
}

BOOST_AUTO_TEST_CASE(a_typed_actor_answers) {
  using adder = caf::typed_actor<caf::replies_to<int, int>::with<int>, caf::reacts_to<std::string>>;
  auto a = rt.system().spawn([](adder::pointer self) -> adder::behavior_type {
    return {handler(self,
                    [](task_context ctx, int x, int y) -> async<int> {
                      co_await ctx.yield();
                      co_return x + y;
                    }),
            handler(self, [](std::string) -> async<void> { co_return; })};
  });
  auto sum = rt.spawn(
      [a](task_context ctx) -> async<int> { co_return co_await ctx.request(a, 1s, 40, 2); });
  BOOST_TEST(sum.await().value() == 42);
}

BOOST_AUTO_TEST_CASE(delayed_messages_wait) {
  gate g;
  auto seen = std::make_shared<std::vector<int>>();
  auto a = rt.system().spawn([&, seen](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self,
                    [&, self, seen](task_context, int x) -> async<int> {
                      seen->push_back(x);
                      self->delayed_send(self, 1ms, std::string{"later"});
                      g.reached.set();
                      co_await g.go;
                      seen->push_back(-x);
                      co_return x;
                    }),
            [seen](std::string) { seen->push_back(7); }};
  });
  caf::scoped_actor self{rt.system()};
  auto answer = self->request(a, caf::infinite, 1);
  g.reached.wait();
  advance(1ms);
  g.go.set();
  answer.receive([](int x) { BOOST_TEST(x == 1); },
                 [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); });
  BOOST_TEST(ask<void>(rt, a, std::string{"now"}).is_ok());
  BOOST_TEST(*seen == (std::vector{1, -1, 7, 7}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_coroutine_must_not_block_its_actor) {
  auto a = rt.system().spawn([this](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [this](int) -> async<int> {
      auto task = rt.spawn(waits_for_ever);
      const auto outcome = task.await(1s);
      task.cancel(cancellation_level::kill);
      co_return static_cast<int>(outcome.error().code());
    })};
  });
  BOOST_TEST(ask<int>(rt, a, 1).value() == static_cast<int>(error_code::invalid_state));
}

BOOST_AUTO_TEST_CASE(the_coroutine_is_a_task_with_the_name_of_its_actor) {
  gate g;
  auto a = rt.system().spawn([&](caf::stateful_actor<named>* self) -> caf::behavior {
    return {handler(self, held_at(g))};
  });
  auto asked = ask_later<int>(rt, a, 1);
  g.reached.wait();
  wait_until_idle(rt);
  BOOST_TEST(rt.dump().find("till") != std::string::npos, rt.dump());
  g.go.set();
  BOOST_TEST(asked.await().value().is_ok());
}

BOOST_AUTO_TEST_CASE(many_requests_wait_for_an_actor_that_asks_another_one) {
  constexpr int many = 100'000;
  auto doubler = rt.system().spawn([]() -> caf::behavior { return {[](int x) { return 2 * x; }}; });
  for (const std::size_t at_once : {std::size_t{1}, std::size_t{64}}) {
    auto a = rt.system().spawn([=](caf::event_based_actor* self) -> caf::behavior {
      return {handler(
          self,
          [=](task_context ctx, int x) -> async<int> {
            co_return 1 + co_await ctx.request<int>(doubler, 60s, x);
          },
          reentrant{at_once})};
    });
    auto all = rt.spawn([a](task_context ctx) -> async<long> {
      std::vector<child_task<int>> asked;
      asked.reserve(many);
      for (int i = 0; i < many; ++i)
        asked.push_back(
            ctx.spawn([a](task_context own,
                          int x) -> async<int> { co_return co_await own.request<int>(a, 60s, x); },
                      i));
      long sum = 0;
      for (auto& child : asked)
        sum += co_await child;
      co_return sum;
    });
    BOOST_TEST(all.await().value() == static_cast<long>(many) * many);
  }
}

BOOST_AUTO_TEST_SUITE_END()
