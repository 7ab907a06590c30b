// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/caf_error.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/all.hpp>
#include <caf/io/all.hpp>

#include <atomic>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;
using sweet::testing::waits_for_ever;

namespace caf_interop_test {
namespace {

struct opaque {
  int x = 0;
};

caf::behavior doubler(caf::event_based_actor*) {
  return {[](int x) { return 2 * x; }};
}

} // namespace
} // namespace caf_interop_test

BOOST_FIXTURE_TEST_SUITE(caf_interop_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_request_to_a_task_is_answered_with_its_value) {
  async_event go;
  auto task = spawn(rt, [&]() -> async<std::string> {
    co_await go;
    co_return "answer";
  });
  caf::scoped_actor self{rt.system()};
  auto early = self->request(task.actor(), caf::infinite, caf::ok_atom_v);
  go.set();
  std::string got;
  auto fail = [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); };
  early.receive([&](const std::string& s) { got = s; }, fail);
  BOOST_TEST(got == "answer");
  self->request(task.actor(), caf::infinite, caf::ok_atom_v)
      .receive([&](const std::string& s) { got += s; }, fail);
  BOOST_TEST(got == "answeranswer");
}

BOOST_AUTO_TEST_CASE(one_way_messages_of_actors_are_received) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto text = co_await ctx.receive<std::string>();
    auto number = co_await ctx.receive<int>();
    if (text.sender || number.sender)
      throw std::logic_error{"no task has sent them"};
    auto answered = ctx.reply(number, number.payload + 1);
    if (answered.is_err())
      throw task_failure{answered.error()};
    co_return text.payload + std::to_string(number.payload);
  });
  caf::scoped_actor self{rt.system()};
  self->send(task.actor(), 41);
  self->send(task.actor(), 1, 2); // of two elements: means nothing
  self->send(task.actor(), "text");
  self->receive([](int x) { BOOST_TEST(x == 42); });
  BOOST_TEST(task.await().value() == "text41");
}

BOOST_AUTO_TEST_CASE(a_message_that_nobody_has_sent_is_received_and_has_no_reply) {
  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    auto text = co_await ctx.receive<std::string>();
    if (ctx.reply(text, 1).error().code() != error_code::unreachable)
      throw std::logic_error{"somebody got the reply"};
    co_return text.payload;
  });
  caf::anon_send(task.actor(), "text");
  BOOST_TEST(task.await().value() == "text");
}

BOOST_AUTO_TEST_CASE(an_actor_that_finds_the_mailbox_full_loses_its_message) {
  async_event go;
  auto task = async_task::to<int>(rt).mailbox(1).run([&](task_context ctx) -> async<int> {
    co_await go;
    co_return (co_await ctx.receive<int>()).payload;
  });
  caf::scoped_actor self{rt.system()};
  self->send(task.actor(), 1);
  self->send(task.actor(), 2);
  BOOST_TEST(rt.lost_messages() == 1u);
  go.set();
  BOOST_TEST(task.await().value() == 1);
  self->send(task.actor(), 3); // as to any actor that has ended
  BOOST_TEST(rt.lost_messages() == 1u);
}

BOOST_AUTO_TEST_CASE(a_request_to_a_failing_task_is_answered_with_its_error) {
  auto task = spawn(rt, []() -> int { throw std::runtime_error{"told you"}; });
  caf::scoped_actor self{rt.system()};
  task_error error;
  self->request(task.actor(), caf::infinite, 1)
      .receive([](int) { BOOST_ERROR("no value"); },
               [&](const caf::error& e) { error = from_caf_error(e); });
  BOOST_TEST(error.message() == "told you");
}

BOOST_AUTO_TEST_CASE(void_and_values_that_cannot_travel_are_answered_too) {
  caf::scoped_actor self{rt.system()};
  bool answered = false;
  auto fail = [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); };
  self->request(spawn(rt, [] {}).actor(), caf::infinite, 1).receive([&] { answered = true; }, fail);
  BOOST_TEST(answered);
  error_code code{};
  self->request(spawn(rt, [] { return opaque{}; }).actor(), caf::infinite, 1)
      .receive([] { BOOST_ERROR("no value"); },
               [&](const caf::error& e) { code = from_caf_error(e).code(); });
  BOOST_TEST((code == error_code::invalid_data));
}

BOOST_AUTO_TEST_CASE(monitors_see_the_end_of_a_task) {
  auto task = spawn(rt, waits_for_ever);
  std::atomic<int> downs{0};
  caf::error reason;
  auto watch = [&](caf::event_based_actor* self) -> caf::behavior {
    self->monitor(task.actor());
    self->set_down_handler([&, self](caf::down_msg& msg) {
      reason = msg.reason;
      ++downs;
      self->quit();
    });
    return {[](int) {}};
  };
  auto watcher = rt.system().spawn(watch);
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().is_err());
  rt.system().await_all_actors_done();
  BOOST_TEST(downs == 1);
  BOOST_TEST((reason == caf::exit_reason::user_shutdown));
  auto late = rt.system().spawn(watch);
  rt.system().await_all_actors_done();
  BOOST_TEST(downs == 2);
}

BOOST_AUTO_TEST_CASE(an_exit_message_cancels_a_task) {
  auto task = spawn(rt, waits_for_ever);
  caf::anon_send_exit(task.actor(), caf::exit_reason::kill);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));
}

BOOST_AUTO_TEST_CASE(links_work_in_both_directions) {
  auto task = spawn(rt, waits_for_ever);
  auto linked = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->link_to(task.actor());
    return {[self](int) { self->quit(caf::exit_reason::kill); }};
  });
  caf::anon_send(linked, 1);
  BOOST_TEST((task.await().error().code() == error_code::cancelled));

  auto other = spawn(rt, waits_for_ever);
  std::atomic<bool> told{false};
  auto trapping = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->set_exit_handler([&, self](caf::exit_msg&) {
      told = true;
      self->quit();
    });
    self->link_to(other.actor());
    return {[](int) {}};
  });
  wait_until_idle(rt);
  other.cancel();
  rt.system().await_all_actors_done();
  BOOST_TEST(told);
}

BOOST_AUTO_TEST_CASE(unlinked_and_demonitored_means_untold) {
  auto task = spawn(rt, waits_for_ever);
  auto actor = rt.system().spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->set_down_handler([](caf::down_msg&) { BOOST_ERROR("told"); });
    self->link_to(task.actor());
    self->monitor(task.actor());
    self->unlink_from(task.actor());
    self->demonitor(task.actor());
    return {[self](int) { self->quit(); }};
  });
  wait_until_idle(rt);
  task.cancel();
  BOOST_TEST(task.await().is_err());
  caf::anon_send(actor, 1);
  rt.system().await_all_actors_done();
}

BOOST_AUTO_TEST_CASE(the_memory_of_a_task_goes_with_its_last_handle) {
  caf::weak_actor_ptr weak;
  {
    auto task = spawn(rt, [] { return 1; });
    weak = caf::actor_cast<caf::weak_actor_ptr>(task.actor());
    BOOST_TEST(task.await().value() == 1);
    BOOST_TEST(static_cast<bool>(caf::actor_cast<caf::strong_actor_ptr>(weak)));
  }
  wait_until_idle(rt);
  BOOST_TEST(!static_cast<bool>(caf::actor_cast<caf::strong_actor_ptr>(weak)));
}

BOOST_AUTO_TEST_CASE(ordinary_actors_run_unchanged) {
  auto& sys = rt.system();
  {
    caf::scoped_actor self{sys};
    auto actor = sys.spawn(doubler);
    int got = 0;
    self->request(actor, caf::infinite, 21)
        .receive([&](int x) { got = x; },
                 [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); });
    BOOST_TEST(got == 42);
    caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  }

  std::atomic<int> n{0};
  sys.spawn<caf::detached>([&](caf::event_based_actor* s) -> caf::behavior {
    s->send(s, 1);
    return {[&, s](int) {
      ++n;
      s->quit();
    }};
  });
  sys.spawn([&](caf::blocking_actor* s) {
    s->send(s, 2);
    s->receive([&](int) { ++n; });
  });
  sys.await_all_actors_done();
  BOOST_TEST(n == 2);
}

BOOST_AUTO_TEST_CASE(a_busy_actor_does_not_starve_others) {
  auto& sys = rt.system();
  std::atomic<bool> stop{false};
  for (std::size_t i = 0; i < rt.workers(); ++i)
    sys.spawn([&](caf::event_based_actor* s) -> caf::behavior {
      s->send(s, 0);
      return {[&, s](int x) {
        if (stop)
          s->quit();
        else
          s->send(s, x);
      }};
    });
  for (int i = 0; i < 20; ++i) {
    caf::scoped_actor self{sys};
    auto actor = sys.spawn(doubler);
    self->request(actor, caf::infinite, i)
        .receive([&](int x) { BOOST_TEST(x == 2 * i); },
                 [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); });
    caf::anon_send_exit(actor, caf::exit_reason::kill);
  }
  stop = true;
  sys.await_all_actors_done();
}

BOOST_AUTO_TEST_CASE(delayed_messages_go_by_the_clock_of_the_runtime) {
  std::atomic<bool> hit{false};
  rt.system().spawn([&](caf::event_based_actor* s) -> caf::behavior {
    s->delayed_send(s, 1h, 7);
    return {[&, s](int) {
      hit = true;
      s->quit();
    }};
  });
  advance(3599s);
  BOOST_TEST(!hit);
  advance(1s);
  BOOST_TEST(hit);
}

BOOST_AUTO_TEST_CASE(three_hundred_thousand_actors_finish) {
  std::atomic<int> ended{0};
  for (int i = 0; i < 300'000; ++i)
    rt.system().spawn([&](caf::event_based_actor*) { ++ended; });
  rt.system().await_all_actors_done();
  BOOST_TEST(ended == 300'000);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(caf_interop_test)

BOOST_AUTO_TEST_CASE(the_middleman_runs_on_our_scheduler) {
  runtime a{runtime_options{.workers = 2, .configure = [](caf::actor_system_config& cfg) {
                              cfg.load<caf::io::middleman>();
                            }}};
  runtime b{runtime_options{.workers = 2, .configure = [](caf::actor_system_config& cfg) {
                              cfg.load<caf::io::middleman>();
                            }}};
  auto server = a.system().spawn(doubler);
  auto port = a.system().middleman().publish(server, 0, "127.0.0.1");
  BOOST_REQUIRE(static_cast<bool>(port));
  auto remote = b.system().middleman().remote_actor("127.0.0.1", *port);
  BOOST_REQUIRE(static_cast<bool>(remote));
  caf::scoped_actor self{b.system()};
  int got = 0;
  self->request(*remote, caf::infinite, 4)
      .receive([&](int x) { got = x; },
               [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); });
  BOOST_TEST(got == 8);
  // A task has a node id, too: it can be published.
  async_event go;
  auto task = spawn(a, [&]() -> async<std::string> {
    co_await go;
    co_return "over the wire";
  });
  auto task_port = a.system().middleman().publish(task.actor(), 0, "127.0.0.1");
  BOOST_REQUIRE(static_cast<bool>(task_port));
  auto remote_task = b.system().middleman().remote_actor("127.0.0.1", *task_port);
  BOOST_REQUIRE(static_cast<bool>(remote_task));
  std::string text;
  auto answer = self->request(*remote_task, caf::infinite, 1);
  // Messages between two nodes keep their order: after this one has been answered, the other one
  // has arrived.
  self->request(*remote, caf::infinite, 1)
      .receive([](int) {}, [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); });
  go.set();
  answer.receive([&](const std::string& s) { text = s; },
                 [](const caf::error& e) { BOOST_ERROR(caf::to_string(e)); });
  BOOST_TEST(text == "over the wire");
  caf::anon_send_exit(server, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_SUITE_END()
