// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Faults that users of other libraries have reported of mailboxes, requests and calls, and that
// must not be here. Each test names the report.

#include "asking.hpp"

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/all.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using asking::ask_later;
using asking::gate;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace mail_reports_test {
namespace {

template <int N>
struct numbered {
  int which = 0;
};

/// Returns the coroutine of a handler that waits at `g` before it answers with what it was asked.
auto held_at(gate& g) {
  return [&g](task_context, int x) -> async<int> {
    g.reached.set();
    co_await g.go;
    co_return x;
  };
}

/// A service that asks the next one, or itself.
struct asker : service {
  explicit asker(std::shared_ptr<std::optional<service_ref<asker>>> whom) : next(std::move(whom)) {}
  async<int> ask(task_context ctx) { co_return co_await (*next)->call(ctx, &asker::ask); }

  std::shared_ptr<std::optional<service_ref<asker>>> next;
};

struct fixture : runtime_fixture {
  /// The circles at the end of a dump.
  std::string circles() {
    wait_until_idle(rt);
    const auto text = rt.dump();
    const auto first = text.find("circle: ");
    return first == std::string::npos ? "" : text.substr(first);
  }
};

} // namespace
} // namespace mail_reports_test

BOOST_FIXTURE_TEST_SUITE(mail_reports_test, fixture)

// -- messages -----------------------------------------------------------------------------------

// "Scoped_actor loses messages after skipping them": 3, 1, 2 and 0 were sent, and received in the
// order 0, 1, 2, 3; some never came.
// https://github.com/actor-framework/actor-framework/pull/543
BOOST_AUTO_TEST_CASE(messages_that_were_passed_over_are_received_later) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::string> {
    std::string got;
    got += std::to_string((co_await ctx.receive<numbered<0>>()).payload.which);
    got += std::to_string((co_await ctx.receive<numbered<1>>()).payload.which);
    got += std::to_string((co_await ctx.receive<numbered<2>>()).payload.which);
    got += std::to_string((co_await ctx.receive<numbered<3>>()).payload.which);
    co_return got;
  });
  task.send(numbered<3>{3}).unwrap();
  task.send(numbered<1>{1}).unwrap();
  task.send(numbered<2>{2}).unwrap();
  task.send(numbered<0>{0}).unwrap();
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value() == "0123");
}

// "StashBufferImpl: wrong message order when invoke unstashAll recursive": messages that had been
// put aside twice came after later ones.
// https://github.com/akka/akka-core/issues/29863
BOOST_AUTO_TEST_CASE(messages_that_were_passed_over_twice_keep_their_order) {
  auto task = spawn(rt, [](task_context ctx) -> async<std::vector<int>> {
    std::vector<int> got;
    static_cast<void>(co_await ctx.receive<numbered<6>>());
    static_cast<void>(co_await ctx.receive<numbered<3>>());
    for (int i = 0; i < 5; ++i) {
      const auto any = co_await ctx.receive<numbered<1>, numbered<2>>();
      got.push_back(std::visit([](const auto& m) { return m.which; }, any.payload));
    }
    co_return got;
  });
  task.send(numbered<1>{1}).unwrap();
  task.send(numbered<2>{2}).unwrap();
  task.send(numbered<3>{3}).unwrap();
  task.send(numbered<2>{4}).unwrap();
  task.send(numbered<1>{5}).unwrap();
  task.send(numbered<6>{6}).unwrap();
  task.send(numbered<1>{7}).unwrap();
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(task.is_done());
  BOOST_TEST(task.await().value() == (std::vector{1, 2, 4, 5, 7}),
             boost::test_tools::per_element());
}

// -- requests -----------------------------------------------------------------------------------

// "Exceptions while processing requests don't trigger error messages": the requester got nothing.
// https://github.com/actor-framework/actor-framework/issues/1047
BOOST_AUTO_TEST_CASE(an_exception_behind_a_wait_answers_the_request) {
  auto a = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [](task_context ctx, int) -> async<int> {
      co_await ctx.yield();
      throw std::runtime_error{"no luck"};
    })};
  });
  auto answer = ask_later<int>(rt, a, 1);
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(answer.is_done());
  BOOST_TEST(answer.await().value().error().message() == "no luck");
}

// "Requests to actors that quit fail with unexpected error code": with that of quit(), and not with
// request_receiver_down.
// https://github.com/actor-framework/actor-framework/issues/2070
BOOST_AUTO_TEST_CASE(a_request_to_an_actor_that_quits_meanwhile_is_unreachable) {
  for (const auto& reason : {caf::error{}, make_error(caf::exit_reason::user_shutdown)}) {
    gate g;
    auto a = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
      return {handler(self, held_at(g), reentrant{2}),
              [self, reason](caf::ok_atom) { self->quit(reason); }};
    });
    auto asked = ask_later<int>(rt, a, 1);
    g.reached.wait();
    caf::anon_send(a, caf::ok_atom::value);
    wait_until_idle(rt);
    BOOST_TEST_REQUIRE(asked.is_done());
    BOOST_TEST((asked.await().value().error().code() == error_code::unreachable));
  }
}

// "expand uncancelable scope to prevent ask pattern deadlock during system termination": requests
// that waited in the mailbox of an actor that was stopped were never completed.
// https://github.com/cloudmark/cats-actors/pull/36
BOOST_AUTO_TEST_CASE(requests_that_wait_behind_a_coroutine_are_answered_when_the_actor_ends) {
  gate g;
  auto a = rt.system().spawn(
      [&](caf::event_based_actor* self) -> caf::behavior { return {handler(self, held_at(g))}; });
  auto runs = ask_later<int>(rt, a, 1);
  g.reached.wait();
  std::vector<spawning_task<task_result<int>>> wait;
  for (int i = 0; i < 3; ++i)
    wait.push_back(ask_later<int>(rt, a, i));
  wait_until_idle(rt);
  caf::anon_send_exit(a, caf::exit_reason::user_shutdown);
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(runs.is_done());
  for (auto& asked : wait) {
    BOOST_TEST_REQUIRE(asked.is_done());
    BOOST_TEST((asked.await().value().error().code() == error_code::unreachable));
  }
}

// "Allow reentrancy within a grain call chain": A calls B, and B calls A back, which waited for
// ever. Whoever wants to be called back says reentrant.
// https://github.com/dotnet/orleans/issues/3184
BOOST_AUTO_TEST_CASE(a_reentrant_handler_is_called_back_while_it_waits) {
  auto back = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [](task_context ctx, caf::actor caller, int x) -> async<int> {
      co_return co_await ctx.request<int>(caller, 1h, x);
    })};
  });
  auto a = rt.system().spawn([back](caf::event_based_actor* self) -> caf::behavior {
    return {handler(
        self,
        [self, back](task_context ctx, int x) -> async<int> {
          if (x == 0)
            co_return 1;
          co_return 1 + co_await ctx.request<int>(back, 1h, caf::actor{self}, x - 1);
        },
        reentrant{2})};
  });
  auto answer = ask_later<int>(rt, a, 1);
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(answer.is_done());
  BOOST_TEST(answer.await().value().value() == 2);
}

// -- calls --------------------------------------------------------------------------------------

// "Awaiting this.AsReference call causes deadlock in Orleans 7+": a grain that called itself
// through its own reference waited for itself. https://github.com/dotnet/orleans/issues/8984
BOOST_AUTO_TEST_CASE(a_service_that_calls_itself_is_told_so_at_once) {
  auto whom = std::make_shared<std::optional<service_ref<asker>>>();
  const service_of<asker> one{whom};
  whom->emplace(one.ref());
  auto served = spawn(rt, one);
  // It does not catch the error, which thus is why the call has failed.
  auto asks = spawn(
      rt, [r = one.ref()](task_context ctx) -> async<void> { co_await r.call(ctx, &asker::ask); });
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(asks.is_done());
  auto why = asks.await().error();
  while (why.cause())
    why = why.cause();
  BOOST_TEST((why.code() == error_code::invalid_state), to_string(why));
}

// "Detect and report broken response promises": a client waited for ever if nobody was left who
// could answer.
// https://github.com/actor-framework/actor-framework/pull/1200
BOOST_AUTO_TEST_CASE(a_call_of_a_service_that_nobody_can_start_any_more_is_answered) {
  auto asks = spawn(rt, [](task_context ctx) -> async<error_code> {
    std::optional<service_of<asker>> never{std::in_place,
                                           std::shared_ptr<std::optional<service_ref<asker>>>{}};
    auto call = never->ref().call(ctx, &asker::ask);
    never.reset();
    co_return (co_await call.result()).error().code();
  });
  wait_until_idle(rt);
  BOOST_TEST_REQUIRE(asks.is_done());
  BOOST_TEST((asks.await().value() == error_code::unreachable));
}

// "Simple call chain reentrancy deadlock A->B->C->A (with repro)". Here it is a deadlock, too; but
// the dump names the circle.
// https://github.com/dotnet/orleans/issues/5456
BOOST_AUTO_TEST_CASE(services_that_call_each_other_in_a_circle_are_named_in_the_dump) {
  std::vector<std::shared_ptr<std::optional<service_ref<asker>>>> whom;
  std::vector<service_of<asker>> services;
  std::vector<spawning_task<void>> served;
  for (const auto* name : {"order", "stock", "bill"}) {
    whom.push_back(std::make_shared<std::optional<service_ref<asker>>>());
    services.emplace_back(whom.back());
    served.push_back(async_task::to<void>(rt).name(name).run(services.back()));
  }
  for (std::size_t i = 0; i < 3; ++i)
    whom[i]->emplace(services[(i + 1) % 3].ref());
  BOOST_TEST(circles() == "");
  auto asks = spawn(rt, [r = services[0].ref()](task_context ctx) -> async<error_code> {
    co_return (co_await r.call(ctx, 1h, &asker::ask).result()).error().code();
  });
  const auto found = circles();
  BOOST_TEST_INFO(rt.dump());
  for (const auto& service : served)
    BOOST_TEST(found.find("waits for " + to_string(service.id()) + ' ' + service.name()) !=
               std::string::npos);
  BOOST_TEST(found.find("circle: ", 1) == std::string::npos);
  // The time limit of the first call ends it.
  advance(1h);
  BOOST_TEST((asks.await().value() == error_code::timeout));
  BOOST_TEST(circles() == "");
}

BOOST_AUTO_TEST_SUITE_END()
