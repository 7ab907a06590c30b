// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Routing policies in pools of ordinary actors.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/all.hpp>

#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace pool_policy_test {
namespace {

struct fixture : runtime_fixture {
  /// A pool of actors that answer with their number.
  caf::actor pool(std::size_t workers, make_routing_policy make) {
    return caf::actor_pool::make(
        self->context(), workers,
        [this] {
          return rt.system().spawn([number = made++]() -> caf::behavior {
            return {[number](caf::get_atom) { return number; }};
          });
        },
        pool_policy(std::move(make)));
  }

  int ask(const caf::actor& who) {
    int answer = -1;
    self->request(who, caf::infinite, caf::get_atom_v)
        .receive([&](int number) { answer = number; }, [](const caf::error&) {});
    return answer;
  }

  caf::scoped_actor self{rt.system()};
  int made = 0;
};

struct out_of_range final : routing_policy {
  std::optional<std::size_t> route(std::span<const receiver_load> receivers) override {
    return receivers.size() + 7;
  }
};

} // namespace
} // namespace pool_policy_test

BOOST_FIXTURE_TEST_SUITE(pool_policy_test, pool_policy_test::fixture)

BOOST_AUTO_TEST_CASE(workers_take_turns) {
  const auto who = pool(3, [] { return std::make_unique<round_robin>(); });
  std::vector<int> answers;
  for (int i = 0; i < 6; ++i)
    answers.push_back(ask(who));
  BOOST_TEST((answers == std::vector<int>{0, 1, 2, 0, 1, 2}));
  self->send_exit(who, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(who_has_something_to_do_is_left_alone) {
  std::map<int, int> seen;
  const auto busy = rt.system().spawn([]() -> caf::behavior { return {[](caf::ok_atom) {}}; });
  const auto who = pool(2, [] { return std::make_unique<least_loaded_first>(); });
  wait_until_idle(rt);
  for (int i = 0; i < 4; ++i) {
    ++seen[ask(who)];
    wait_until_idle(rt); // all of them wait again
  }
  BOOST_TEST(seen[0] == 4);
  self->send_exit(who, caf::exit_reason::user_shutdown);
  self->send_exit(busy, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_wrong_answer_means_the_first_worker) {
  const auto who = pool(2, [] { return std::make_unique<out_of_range>(); });
  BOOST_TEST(ask(who) == 0);
  self->send_exit(who, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_pool_without_workers_answers_nobody) {
  const auto who = caf::actor_pool::make(
      self->context(), pool_policy([] { return std::make_unique<round_robin>(); }));
  bool answered = false;
  self->request(who, 20ms, caf::get_atom_v)
      .receive([&](int) { answered = true; }, [](const caf::error&) {});
  BOOST_TEST(!answered);
  self->send_exit(who, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(events_leave_to_actors_and_come_from_them) {
  caf::actor entry;
  async_event has_started;
  const auto summing = rt.system().spawn([]() -> caf::behavior {
    return {[](int x) {
              if (x == 13)
                throw std::runtime_error{"bad luck"};
            },
            [](caf::get_atom) { return 0; }};
  });
  const auto stream = async_task::emits<int>(rt)
                          .on_error(error_strategy::continue_on_error())
                          .sender([&](task_context ctx, emitter<int>& out) -> async<void> {
                            entry = ctx.actor();
                            has_started.set();
                            for (;;)
                              co_await out.emit((co_await ctx.receive<int>()).payload);
                          })
                          .receiver(strategy::serial{}, to_actor<int>(summing, 1s))
                          .run();
  static_cast<void>(rt.spawn([&]() -> async<void> { co_await has_started; }).await());
  for (int i = 10; i < 14; ++i)
    self->send(entry, i);
  wait_until_idle(rt);
  stream.drain();
  const auto end = stream.await_final_event();
  entry = {};
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.counts == (event_counts{.emitted = 4, .processed = 3, .failed = 1}));
}

BOOST_AUTO_TEST_SUITE_END()
