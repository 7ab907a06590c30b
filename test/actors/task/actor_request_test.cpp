// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/all.hpp>

#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace actor_request_test {
namespace {

using adder = caf::typed_actor<caf::replies_to<int, int>::with<int>,
                               caf::replies_to<std::string>::with<std::string, int>>;

adder::behavior_type adds() {
  return {
      [](int a, int b) { return a + b; },
      [](const std::string& s) { return std::make_tuple(s + '!', static_cast<int>(s.size())); }};
}

caf::behavior serves() {
  return {[](int x) { return 2 * x; }, [](const std::string& s) { return s + s; },
          [](int a, int b) { return caf::make_message(a + b, std::string{"sum"}); },
          [](caf::ok_atom) {},
          [](double) -> caf::result<double> { return caf::sec::invalid_argument; }};
}

/// Takes requests and answers none.
caf::behavior ignores(caf::event_based_actor* self) {
  return {[self](int) { return self->make_response_promise<int>(); },
          [self](caf::ok_atom) {
            self->quit();
            return self->make_response_promise<int>();
          }};
}

/// Answers the first request when the second has come.
caf::behavior answers_in_reverse(caf::stateful_actor<caf::typed_response_promise<int>>* self) {
  return {[self](int x) -> caf::result<int> {
    if (!self->state.pending()) {
      self->state = self->make_response_promise<int>();
      return self->state;
    }
    // A promise that an actor keeps of itself would keep it alive.
    auto first = std::exchange(self->state, {});
    auto second = self->make_response_promise<int>();
    second.deliver(x);
    first.deliver(-x);
    return second;
  }};
}

} // namespace
} // namespace actor_request_test

BOOST_FIXTURE_TEST_SUITE(actor_request_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_coroutine_asks_an_actor) {
  auto server = rt.system().spawn(serves);
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    const int twice = co_await ctx.request<int>(server, 1s, 21);
    const auto text = co_await ctx.request<std::string>(server, 1s, "ab");
    const auto [sum, name] = co_await ctx.request<int, std::string>(server, 1s, 3, 4);
    co_await ctx.request(server, 1s, caf::ok_atom::value);
    co_return std::to_string(twice) + text + std::to_string(sum) + name;
  });
  BOOST_TEST(task.await().value() == "42abab7sum");
}

BOOST_AUTO_TEST_CASE(the_type_of_an_actor_says_what_it_answers) {
  auto server = rt.system().spawn(adds);
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    const int sum = co_await ctx.request(server, 1s, 1, 2);
    const auto [text, size] = co_await ctx.request(server, 1s, "hey");
    co_return std::to_string(sum) + text + std::to_string(size);
  });
  BOOST_TEST(task.await().value() == "3hey!3");
}

BOOST_AUTO_TEST_CASE(a_callable_blocks) {
  auto server = rt.system().spawn(serves);
  const auto body = [&](task_context ctx) { return ctx.request<int>(server, 1s, 4).await(); };
  BOOST_TEST(rt.spawn(body).await().value() == 8);
  BOOST_TEST(async_task::to<int>(rt).blocking().run(body).await().value() == 8);
}

BOOST_AUTO_TEST_CASE(requests_run_beside_each_other) {
  auto server = rt.system().spawn(answers_in_reverse);
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    auto first = ctx.request<int>(server, 1s, 1);
    auto second = ctx.request<int>(server, 1s, 20);
    const int a = co_await first;
    const int b = co_await second;
    co_return a + b * 100;
  });
  BOOST_TEST(task.await().value() == 1980);
}

BOOST_AUTO_TEST_CASE(a_timeout_is_one_of_the_clock_of_the_runtime) {
  auto server = rt.system().spawn(ignores);
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    co_return (co_await ctx.request<int>(server, 2s, 1).result()).error();
  });
  advance(1999ms);
  BOOST_TEST(!task.is_done());
  advance(1ms);
  const auto error = task.await().error();
  BOOST_TEST(error.code() == error_code::timeout);
  BOOST_TEST(error.message() == "no answer within 2 s");
  auto blocked = async_task::to<int>(rt).blocking().run(
      [&](task_context ctx) { return ctx.request<int>(server, 2s, 1).await(); });
  while (!blocked.is_done())
    time.advance(1s);
  BOOST_TEST(blocked.await().error().code() == error_code::timeout);
  caf::anon_send_exit(server, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(without_an_answer_the_value_throws) {
  auto server = rt.system().spawn(serves);
  auto task = rt.spawn([&](task_context ctx) -> async<double> {
    co_return co_await ctx.request<double>(server, 1s, 1.0);
  });
  const auto error = task.await().error();
  BOOST_TEST(error.code() == error_code::failure);
  BOOST_TEST(error.cause().code() == error_code::invalid_data);
  BOOST_TEST((error.cause().origin() != nullptr));
}

BOOST_AUTO_TEST_CASE(receivers_that_are_not_there) {
  auto gone = rt.system().spawn(serves);
  caf::anon_send_exit(gone, caf::exit_reason::user_shutdown);
  caf::scoped_actor self{rt.system()};
  self->wait_for(gone);
  auto quits = rt.system().spawn(ignores);
  const auto ask = [](task_context ctx, caf::actor server) {
    return ctx.request<int>(server, 1h, 1).await();
  };
  BOOST_TEST(rt.spawn(ask, gone).await().error().code() == error_code::unreachable);
  BOOST_TEST(rt.spawn(ask, caf::actor{}).await().error().code() == error_code::unreachable);
  auto waiting = rt.spawn([&](task_context ctx) -> async<int> {
    auto first = ctx.request<int>(quits, 1h, caf::ok_atom::value);
    auto second = ctx.request<int>(quits, 1h, 1); // behind the one that ends it
    co_return (co_await second.result()).error();
  });
  BOOST_TEST(waiting.await().error().code() == error_code::unreachable);
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_type) {
  auto server = rt.system().spawn(serves);
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    co_return (co_await ctx.request<std::string>(server, 1s, 21).result()).error();
  });
  const auto error = task.await().error();
  BOOST_TEST(error.code() == error_code::invalid_data);
  BOOST_TEST(error.message() == "the answer is of another type than asked for: (42)");
}

BOOST_AUTO_TEST_CASE(cancellation_interrupts_the_wait) {
  auto server = rt.system().spawn(ignores);
  auto task = rt.spawn(
      [&](task_context ctx) -> async<int> { co_return co_await ctx.request<int>(server, 1h, 1); });
  auto blocked = async_task::to<int>(rt).blocking().run(
      [&](task_context ctx) { return ctx.request<int>(server, 1h, 1).await(); });
  wait_until_idle(rt);
  task.cancel();
  blocked.cancel();
  BOOST_TEST(task.await().error().code() == error_code::cancelled);
  BOOST_TEST(blocked.await().error().code() == error_code::cancelled);
  caf::anon_send_exit(server, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(an_answer_that_comes_too_late_is_dropped) {
  caf::scoped_actor server{rt.system()};
  auto task = rt.spawn([&](task_context ctx) -> async<int> {
    static_cast<void>(co_await ctx.request<int>(caf::actor{server}, 1s, 1).result());
    static_cast<void>(ctx.request<int>(caf::actor{server}, 1s, 2)); // nobody waits
    co_return co_await ctx.request<int>(caf::actor{server}, 1h, 3);
  });
  advance(1s);
  for (int i = 0; i < 3; ++i)
    server->receive([](int x) { return 10 * x; });
  BOOST_TEST(task.await().value() == 30);
}

BOOST_AUTO_TEST_CASE(a_task_asks_a_task) {
  async_event go;
  auto other = rt.spawn([&]() -> async<std::string> {
    co_await go;
    co_return "outcome";
  });
  auto task = rt.spawn([&](task_context ctx) -> async<std::string> {
    co_return co_await ctx.request<std::string>(other.actor(), 1s, caf::ok_atom::value);
  });
  wait_until_idle(rt);
  go.set();
  BOOST_TEST(task.await().value() == "outcome");
}

BOOST_AUTO_TEST_CASE(many_tasks_ask_at_once) {
  auto server = rt.system().spawn(serves);
  auto all = rt.spawn([&](task_context ctx) -> async<int> {
    task_group<int> group{ctx};
    for (int i = 0; i < 500; ++i)
      group.spawn([&server, i](task_context own) -> async<int> {
        int sum = 0;
        for (int k = 0; k < 5; ++k)
          sum += co_await own.request<int>(server, 1h, i);
        co_return sum;
      });
    int sum = 0;
    while (auto next = co_await group.next())
      sum += next->value();
    co_return sum;
  });
  BOOST_TEST(all.await().value() == 10 * 500 * 499 / 2);
}

BOOST_AUTO_TEST_SUITE_END()
