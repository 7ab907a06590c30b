// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/service_reference.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>

#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::detail::service_queue_limits;
using sweet::detail::service_reference;
using sweet::testing::virtual_clock;
using sweet::testing::wait_until_idle;

namespace lost_message_test {
namespace {

struct job {
  int number;
};

struct fixture {
  fixture() {
    rt.on_lost_message([this](const lost_message& message) {
      std::lock_guard guard{mutex};
      lost.push_back(message);
    });
  }
  ~fixture() {
    rt.cancel();
    rt.join();
  }

  /// What was lost, without the ids.
  std::vector<std::string> taken() {
    wait_until_idle(rt);
    std::lock_guard guard{mutex};
    std::vector<std::string> result;
    for (auto message : std::exchange(lost, {})) {
      message.sender = message.target = task_id::none;
      result.push_back(to_string(message));
    }
    return result;
  }

  caf::actor make_service(service_queue_limits limits = {}) {
    return service_reference::make(rt.home(), limits, "store");
  }

  std::mutex mutex;
  std::vector<lost_message> lost; // mutex
  std::vector<log_record> logged; // mutex
  virtual_clock time;
  runtime rt{runtime_options{.workers = 2, .time = &time, .log = [this](const log_record& record) {
                               std::lock_guard guard{mutex};
                               logged.push_back(record);
                             }}};
};

using lines = std::vector<std::string>;

} // namespace
} // namespace lost_message_test

BOOST_FIXTURE_TEST_SUITE(lost_message_test, fixture)

BOOST_AUTO_TEST_CASE(what_is_unread_says_from_whom_and_for_whom) {
  async_event go;
  task_id receiver;
  auto sender = async_task::to<void>(rt).name("sender").run([&](task_context ctx) -> async<void> {
    auto child =
        async_task::to<void>(ctx).name("receiver").run([&go]() -> async<void> { co_await go; });
    receiver = child.id();
    static_cast<void>(child.send(job{1}));
    static_cast<void>(child.send("text"));
    go.set();
    co_await child;
  });
  sender.await().unwrap();
  BOOST_REQUIRE(lost.size() == 2u);
  for (const auto& message : lost) {
    BOOST_TEST((message.reason == lost_reason::unread));
    BOOST_TEST(message.sender == sender.id());
    BOOST_TEST(message.target == receiver);
    BOOST_TEST(message.target_name == "receiver");
  }
  BOOST_TEST(lost[0].type == "lost_message_test::(anonymous namespace)::job");
  BOOST_TEST(lost[1].type.find("string") != std::string::npos, lost[1].type);
  BOOST_TEST(to_string(lost[0]) == lost[0].type + " from " + to_string(sender.id()) +
                                       " to receiver " + to_string(receiver) + ": unread");
  BOOST_TEST(rt.lost_messages() == 2u);
}

BOOST_AUTO_TEST_CASE(what_an_actor_sends_to_a_full_mailbox) {
  async_event go;
  auto task =
      async_task::to<void>(rt).name("full").mailbox(1).run([&]() -> async<void> { co_await go; });
  caf::scoped_actor self{rt.system()};
  self->send(task.actor(), 1);
  self->send(task.actor(), std::string{"2"});
  BOOST_REQUIRE(lost.size() == 1u);
  BOOST_TEST((lost[0].reason == lost_reason::full));
  BOOST_TEST(lost[0].target == task.id());
  BOOST_TEST(lost[0].type == "@str");
  BOOST_TEST(!lost[0].sender);
  go.set();
  task.await().unwrap();
  BOOST_TEST(lost.size() == 2u);
  BOOST_TEST(lost.back().type == "@i32");
}

BOOST_AUTO_TEST_CASE(what_a_service_does_not_get) {
  auto ref = make_service({.stash = 1});
  caf::anon_send(ref, 1);
  caf::anon_send(ref, 2);
  BOOST_TEST(taken() == (lines{"@i32 to store: full"}), boost::test_tools::per_element());
  service_reference::of(ref).close({});
  BOOST_TEST(taken() == (lines{"@i32 to store: ended"}), boost::test_tools::per_element());
  caf::anon_send(ref, std::string{"3"});
  BOOST_TEST(taken() == (lines{"@str to store: ended"}), boost::test_tools::per_element());
  BOOST_TEST(rt.lost_messages() == 3u);
}

BOOST_AUTO_TEST_CASE(what_a_service_has_not_read_when_it_ends) {
  auto ref = make_service();
  auto actor = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {[self](double) { self->quit(); }};
  });
  service_reference::of(ref).up(actor);
  caf::anon_send(ref, 1.0);
  caf::anon_send(ref, 1);
  BOOST_TEST(taken() == (lines{"@i32 to store: unread"}), boost::test_tools::per_element());
  service_reference::of(ref).close({});
}

BOOST_AUTO_TEST_CASE(a_request_that_nobody_waits_for) {
  auto ref = make_service();
  auto asks =
      rt.spawn([ref](task_context ctx) -> async<void> { co_await ctx.request(ref, 1s, 1); });
  wait_until_idle(rt);
  asks.cancel();
  static_cast<void>(asks.await());
  auto actor = rt.system().spawn([]() -> caf::behavior { return {[](int) {}}; });
  service_reference::of(ref).up(actor);
  BOOST_TEST(taken() == (lines{"@i32 to store: unwanted"}), boost::test_tools::per_element());
  service_reference::of(ref).close({});
  caf::anon_send_exit(actor, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(a_task_observes_losses_through_a_channel) {
  auto [tx, rx] = channel<lost_message>{10};
  rt.on_lost_message(
      [tx](const lost_message& message) mutable { static_cast<void>(tx.try_send(message)); });
  auto observer = rt.spawn([rx]() mutable -> async<std::string> {
    const auto message = co_await rx.receive();
    co_return message->type;
  });
  auto task = rt.spawn([](task_context ctx) -> async<void> { co_await ctx.receive<int>(); });
  BOOST_TEST(task.send(job{1}).is_ok());
  task.cancel();
  BOOST_TEST(observer.await().unwrap().ends_with("job"));
}

BOOST_AUTO_TEST_CASE(what_an_observer_throws_is_logged_and_the_others_are_told) {
  rt.on_lost_message([](const lost_message&) { throw std::runtime_error{"no more"}; });
  int told = 0;
  rt.on_lost_message([&](const lost_message&) { ++told; });
  auto task = async_task::to<void>(rt).name("task").run(
      [](task_context ctx) -> async<void> { co_await ctx.receive<int>(); });
  BOOST_TEST(task.send(job{1}).is_ok());
  task.cancel();
  static_cast<void>(task.await());
  BOOST_TEST(told == 1);
  BOOST_REQUIRE(logged.size() == 1u);
  BOOST_TEST(logged[0].task == task.id());
  BOOST_TEST(logged[0].text == "a function of on_lost_message() threw: no more");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(lost_message_test)

BOOST_AUTO_TEST_CASE(nobody_is_told_once_the_runtime_has_ended) {
  int told = 0;
  caf::actor_system_config config;
  configure(config);
  caf::actor_system system{config};
  caf::actor ref;
  {
    runtime own{system};
    own.on_lost_message([&](const lost_message&) { ++told; });
    ref = service_reference::make(own.home(), {});
    caf::anon_send(ref, 1);
    service_reference::of(ref).close({});
    BOOST_TEST(told == 1);
  }
  caf::anon_send(ref, 1);
  BOOST_TEST(told == 1);
  BOOST_TEST(service_reference::of(ref).lost() == 2u);
  // The next runtime of the system has its own observers.
  runtime next{system};
  int told_next = 0;
  next.on_lost_message([&](const lost_message&) { ++told_next; });
  caf::anon_send(ref, 1);
  BOOST_TEST(told == 1);
  BOOST_TEST(told_next == 1);
}

BOOST_AUTO_TEST_SUITE_END()
