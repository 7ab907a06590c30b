// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/caf_error.hpp>
#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <chrono>
#include <future>
#include <map>
#include <string>
#include <thread>

#include "actor_process.hpp"

using namespace sweet;
using namespace std::chrono_literals;

namespace remote_actor_test {
namespace {

using store = caf::typed_actor<caf::reacts_to<caf::put_atom, std::string, std::string>,
                               caf::replies_to<caf::get_atom, std::string>::with<std::string>>;
using counter = caf::typed_actor<caf::replies_to<int>::with<int>>;

store::behavior_type
store_behavior(store::stateful_pointer<std::map<std::string, std::string>> self) {
  return {[self](caf::put_atom, const std::string& key, const std::string& value) {
            self->state[key] = value;
          },
          [self](caf::get_atom, const std::string& key) -> caf::result<std::string> {
            if (const auto found = self->state.find(key); found != self->state.end())
              return found->second;
            return to_caf_error(task_error{error_code::invalid_data, "nothing under " + key});
          }};
}

/// How many numbers have come.
std::atomic<int> numbers{0};

/// Answers texts with themselves, and numbers never.
caf::behavior echo(caf::event_based_actor* self) {
  return {[](std::string& text) { return std::move(text); },
          [self](int) {
            numbers.fetch_add(1); // sequentially consistent: one test counts
            return self->make_response_promise<int>();
          },
          [self](caf::ok_atom) { self->quit(caf::exit_reason::user_shutdown); }};
}

/// Two nodes, each in a runtime of its own, as in two processes.
struct fixture {
  struct process : actor_process {
    caf::actor echo() { return rt.system().spawn(remote_actor_test::echo); }
    /// What an actor that others know by its handle has come to.
    caf::error down(const caf::actor& who, const std::function<void()>& after) {
      caf::scoped_actor self{rt.system()};
      self->monitor(who);
      after();
      caf::error why;
      self->receive([&](const caf::down_msg& x) { why = x.reason; },
                    caf::after(20s) >> [] { BOOST_FAIL("no word of its end"); });
      return why;
    }
    template <class Result, class Handle, class... Args>
    task_result<Result> ask(const Handle& whom, Args... args) {
      caf::scoped_actor self{rt.system()};
      task_result<Result> got = task_error{error_code::unknown, "nothing"};
      self->request(whom, 20s, std::move(args)...)
          .receive([&](Result& x) { got = std::move(x); },
                   [&](const caf::error& x) { got = from_caf_error(x); });
      return got;
    }
  };

  process first;
  process second;
  node a = first.node("a").start();
  std::optional<node> b = second.node("b").join({a.address()}).start();
};

std::string message_of(const task_error& x) {
  return x.root_cause().message();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace
} // namespace remote_actor_test

using namespace remote_actor_test;

BOOST_FIXTURE_TEST_SUITE(remote_actor_test, fixture)

BOOST_AUTO_TEST_CASE(an_actor_is_found_by_its_name_and_answers) {
  const auto own = second.rt.system().spawn(store_behavior);
  b->publish("store", own).unwrap();
  const auto found = a.actor<store>("store").await().unwrap();
  BOOST_TEST((found->node() != first.rt.system().node()));
  caf::anon_send(found, caf::put_atom_v, "colour", "green");
  BOOST_TEST(first.ask<std::string>(found, caf::get_atom_v, std::string{"colour"}).unwrap() ==
             "green");
  const auto none = first.ask<std::string>(found, caf::get_atom_v, std::string{"taste"});
  BOOST_TEST((none.error().root_cause().code() == error_code::invalid_data));
  BOOST_TEST(message_of(none.error()) == "nothing under taste");
  // The same from a task, and from the other side.
  BOOST_TEST((a.actor<store>("store", placement::on("b")).await().unwrap() == found));
  BOOST_TEST((b->actor<store>("store").await().unwrap() == own));
  caf::anon_send_exit(own, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(one_that_is_published_later_is_found_as_well) {
  auto waits = a.actor<caf::actor>("late", 20s);
  auto on_b = a.actor<caf::actor>("late", placement::on("b"), 20s);
  const auto own = second.echo();
  // Names are looked up in turn: once this one is found, the others were not.
  b->publish("early", own).unwrap();
  a.actor<caf::actor>("early", 20s).await().unwrap();
  b->publish("late", own).unwrap();
  const auto found = waits.await().unwrap();
  BOOST_TEST((on_b.await().unwrap() == found));
  BOOST_TEST(first.ask<std::string>(found, std::string{"x"}).unwrap() == "x");
  b->unpublish("late");
  const auto gone = a.actor<caf::actor>("late", 50ms).await();
  BOOST_TEST(message_of(gone.error()) == "no node publishes an actor late; asked: b");
  BOOST_TEST(first.ask<std::string>(found, std::string{"y"}).unwrap() == "y");
  caf::anon_send_exit(own, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(whoever_finds_nothing_learns_why) {
  BOOST_TEST(
      contains(message_of(a.actor<caf::actor>("x", placement::on("c"), 50ms).await().error()),
               "there is no link to c"));
  const auto own = second.rt.system().spawn(store_behavior);
  b->publish("store", own).unwrap();
  const auto other = a.actor<counter>("store", 20s).await();
  BOOST_TEST((other.error().root_cause().code() == error_code::invalid_data));
  BOOST_TEST(contains(message_of(other.error()), "store on b has the interface"));
  a.actor<caf::actor>("store").await().unwrap();
  BOOST_CHECK_THROW(a.actor<store>("store", placement::round_robin()), std::invalid_argument);
  BOOST_TEST((b->publish("", own).error().code() == error_code::invalid_data));
  BOOST_TEST((b->publish("none", caf::actor{}).error().code() == error_code::invalid_data));
  BOOST_TEST((a.publish("again", a.actor<store>("store").await().unwrap()).error().code() ==
              error_code::invalid_data));
  caf::anon_send_exit(own, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(monitors_and_links_see_an_actor_end) {
  const auto own = second.echo();
  b->publish("echo", own).unwrap();
  const auto found = a.actor<caf::actor>("echo").await().unwrap();
  BOOST_TEST((first.down(found, [&] { caf::anon_send(found, caf::ok_atom_v); }) ==
              caf::exit_reason::user_shutdown));

  // A link, in both directions.
  for (const bool remote_first : {true, false}) {
    const auto there = second.echo();
    b->publish("echo", there).unwrap();
    const auto proxy = a.actor<caf::actor>("echo").await().unwrap();
    const auto here = first.rt.system().spawn([proxy](caf::event_based_actor* self) {
      self->link_to(proxy);
      return remote_actor_test::echo(self);
    });
    // An answer shows that the link, which went before, is known there.
    BOOST_TEST(first.ask<std::string>(here, std::string{"x"}).unwrap() == "x");
    BOOST_TEST(first.ask<std::string>(proxy, std::string{"x"}).unwrap() == "x");
    const auto why =
        remote_first
            ? first.down(here, [&] { caf::anon_send_exit(there, caf::exit_reason::kill); })
            : second.down(there, [&] { caf::anon_send_exit(here, caf::exit_reason::kill); });
    BOOST_TEST((why == caf::exit_reason::kill));
  }
}

BOOST_AUTO_TEST_CASE(when_a_node_goes_its_actors_are_down_and_requests_fail) {
  const auto own = second.echo();
  b->publish("echo", own).unwrap();
  const auto found = a.actor<caf::actor>("echo").await().unwrap();
  BOOST_TEST(first.ask<std::string>(found, std::string{"x"}).unwrap() == "x");
  const int before = numbers.load();
  auto asked = std::async(std::launch::async, [&] { return first.ask<int>(found, 1); });
  const auto why = first.down(found, [&] {
    while (numbers.load() == before) // until it has come
      std::this_thread::yield();
    b.reset();
  });
  BOOST_TEST((from_caf_error(why).code() == error_code::unreachable));
  const auto answer = asked.get();
  BOOST_TEST((answer.error().root_cause().code() == error_code::unreachable));
  caf::anon_send_exit(own, caf::exit_reason::user_shutdown);

  // A new start of it is found as ever.
  b = second.node("b").join({a.address()}).start();
  const auto again = second.echo();
  b->publish("echo", again).unwrap();
  const auto next = a.actor<caf::actor>("echo", 20s).await().unwrap();
  BOOST_TEST(first.ask<std::string>(next, std::string{"z"}).unwrap() == "z");
  caf::anon_send_exit(again, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(ten_thousand_messages_come_in_order) {
  constexpr int n = 10'000;
  std::promise<bool> all;
  const auto own = second.rt.system().spawn([&](caf::event_based_actor* self) {
    return caf::behavior{[self, &all, next = 0](int x, const std::string&) mutable {
      if (x != next++ || next == n) {
        all.set_value(x == n - 1 && next == n);
        self->quit();
      }
    }};
  });
  b->publish("sink", own).unwrap();
  const auto found = a.actor<caf::actor>("sink").await().unwrap();
  caf::scoped_actor self{first.rt.system()};
  for (int i = 0; i < n; ++i)
    self->send(found, i, std::string(static_cast<std::size_t>(i % 3000), 'x'));
  BOOST_TEST(all.get_future().get());
}

BOOST_AUTO_TEST_CASE(what_must_not_travel_is_an_error_for_who_asks) {
  const auto own = second.rt.system().spawn([]() -> caf::behavior {
    return {[](std::string& x) { return std::move(x); },
            [](int n) { return std::string(static_cast<std::size_t>(n), 'x'); }};
  });
  b->publish("echo", own).unwrap();
  const auto found = a.actor<caf::actor>("echo").await().unwrap();
  const auto large = first.ask<std::string>(found, std::string(9u << 20, 'x'));
  BOOST_TEST(contains(message_of(large.error()), "8388608 are taken"));
  const auto answer = first.ask<std::string>(found, 9 << 20);
  BOOST_TEST(contains(message_of(answer.error()), "8388608 are taken"));
  const auto chars = first.ask<std::string>(found, std::vector<char>(10, 'x'));
  BOOST_TEST(contains(message_of(chars.error()), "a std::string has"));
  // None of this ends the link.
  BOOST_TEST(first.ask<std::string>(found, std::string(7u << 20, 'x')).unwrap().size() == 7u << 20);
  caf::anon_send_exit(own, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_stable_reference_goes_on_after_a_restart) {
  auto tree =
      supervisor::one_for_one(second.rt).service("store", store_behavior, stash_limit{100}).start();
  b->publish("store", tree.ref<store>("store")).unwrap();
  const auto found = a.actor<store>("store").await().unwrap();
  caf::anon_send(found, caf::put_atom_v, "colour", "green");
  BOOST_TEST(first.ask<std::string>(found, caf::get_atom_v, std::string{"colour"}).unwrap() ==
             "green");
  tree.stop(cancellation_level::graceful, "done");
  static_cast<void>(tree.await());
}

BOOST_AUTO_TEST_CASE(a_service_that_links_to_a_remote_actor_is_restarted_with_it) {
  auto there = second.echo();
  b->publish("echo", there).unwrap();
  const auto through = [this](caf::event_based_actor* self) -> caf::behavior {
    const auto found = a.actor<caf::actor>("echo", 20s).await().unwrap();
    self->link_to(found);
    return {[self, found](std::string& text) { return self->delegate(found, std::move(text)); }};
  };
  auto tree =
      supervisor::one_for_one(first.rt).service("through", through, stash_limit{100}).start();
  const auto service = tree.ref<caf::actor>("through");
  BOOST_TEST(first.ask<std::string>(service, std::string{"x"}).unwrap() == "x");
  const auto old = there;
  there = second.echo();
  b->publish("echo", there).unwrap();
  caf::anon_send_exit(old, caf::exit_reason::kill);
  const auto until = std::chrono::steady_clock::now() + 20s;
  task_result<std::string> got = task_error{error_code::unknown, ""};
  while (got.is_err() && std::chrono::steady_clock::now() < until)
    got = first.ask<std::string>(service, std::string{"y"});
  BOOST_TEST(got.unwrap() == "y");
  tree.stop(cancellation_level::graceful, "done");
  static_cast<void>(tree.await());
  caf::anon_send_exit(there, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_CASE(a_runtime_without_a_middleman_says_what_to_do) {
  runtime plain{runtime_options{.workers = 1, .log = [](const log_record&) {}}};
  const auto lone = node_builder(plain).name("lone").start();
  const auto own = plain.system().spawn(remote_actor_test::echo);
  const auto put = lone.publish("echo", own);
  BOOST_TEST((put.error().code() == error_code::invalid_state));
  BOOST_TEST(contains(put.error().message(), "config.load<caf::io::middleman>()"));
  BOOST_TEST(contains(message_of(lone.actor<caf::actor>("echo").await().error()),
                      "config.load<caf::io::middleman>()"));
  caf::anon_send_exit(own, caf::exit_reason::user_shutdown);
}

BOOST_AUTO_TEST_SUITE_END()
