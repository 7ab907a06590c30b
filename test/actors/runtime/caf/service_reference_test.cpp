// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/service_reference.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/journal.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/all.hpp>

#include <algorithm>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::detail::service_queue_limits;
using sweet::detail::service_reference;
using sweet::testing::journal;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace service_reference_test {
namespace {

using lines = std::vector<std::string>;

struct fixture_notes {
  journal notes;
  std::binary_semaphore go{0};
};

struct fixture : fixture_notes, runtime_fixture {
  ~fixture() {
    for (const auto& made : made_) {
      service_reference::of(made).close({});
      caf::anon_send_exit(actor, caf::exit_reason::kill);
    }
  }

  caf::actor make(service_queue_limits limits = {}) {
    return made_.emplace_back(service_reference::make(rt.home(), limits));
  }

  /// Notes what it gets; "first" makes it skip what is not "go" until that comes.
  caf::actor listener() {
    actor = rt.system().spawn([this](caf::event_based_actor* self) -> caf::behavior {
      return {[this, self](const std::string& text) -> caf::result<int> {
                if (text == "hold")
                  go.acquire();
                if (text == "crash")
                  self->quit(caf::exit_reason::user_shutdown);
                notes.add(text);
                return 1;
              },
              [this, self](int) {
                notes.add("becomes picky");
                self->set_default_handler(caf::skip);
                self->become(caf::keep_behavior, [this, self](double) {
                  notes.add("goes on");
                  self->unbecome();
                });
              }};
    });
    return actor;
  }

  template <class M>
  void tell(const caf::actor& to, M message) {
    caf::anon_send(to, std::move(message));
  }
  void tell(const caf::actor& to, const char* text) { caf::anon_send(to, std::string{text}); }

  spawning_task<int> ask(const caf::actor& to, std::string text, std::chrono::seconds timeout) {
    return rt.spawn([=](task_context ctx) -> async<int> {
      co_return co_await ctx.request<int>(to, timeout, text).result();
    });
  }

  caf::actor actor;

private:
  std::vector<caf::actor> made_;
};

} // namespace
} // namespace service_reference_test

BOOST_FIXTURE_TEST_SUITE(service_reference_test, service_reference_test::fixture)

BOOST_AUTO_TEST_CASE(what_waits_comes_first_and_in_order) {
  auto ref = make();
  for (const auto* text : {"1", "2", "3"})
    tell(ref, text);
  service_reference::of(ref).up(listener());
  tell(ref, "4");
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"1", "2", "3", "4"}));
}

BOOST_AUTO_TEST_CASE(messages_that_a_service_has_not_taken_are_lost_with_it_and_counted) {
  auto ref = make();
  service_reference::of(ref).up(listener());
  for (const auto* text : {"hold", "crash", "2", "3"})
    tell(ref, text);
  auto asked = ask(ref, "4", 10s);
  const auto waits = [](const task_snapshot& task) { return static_cast<bool>(task.wait); };
  while (std::ranges::none_of(rt.snapshot().tasks, waits))
    std::this_thread::yield();
  go.release();
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"hold", "crash"}));
  BOOST_TEST((asked.await().error().code() == error_code::unreachable));
  BOOST_TEST(service_reference::of(ref).lost() == 2u);
  BOOST_TEST(rt.lost_messages() == 2u);
  // Nobody serves: what comes now waits.
  tell(ref, "5");
  service_reference::of(ref).up(listener());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"5"}));
}

BOOST_AUTO_TEST_CASE(what_has_not_been_handed_over_when_a_service_ends_waits_for_the_next_one) {
  auto ref = make();
  for (const auto* text : {"1", "2", "3"})
    tell(ref, text);
  auto ended = listener();
  caf::anon_send_exit(ended, caf::exit_reason::kill);
  wait_until_idle(rt);
  service_reference::of(ref).up(ended);
  BOOST_TEST(service_reference::of(ref).serving() == 0u); // what came back has told it
  service_reference::of(ref).up(listener());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"1", "2", "3"}));
  BOOST_TEST(service_reference::of(ref).lost() == 0u);
}

BOOST_AUTO_TEST_CASE(what_has_waited_and_is_unread_when_a_service_ends_waits_for_the_next_one) {
  auto ref = make();
  for (const auto* text : {"hold", "crash", "1", "2"})
    tell(ref, text);
  auto asked = ask(ref, "3", 10s);
  wait_until_idle(rt);
  tell(ref, "4");
  service_reference::of(ref).up(listener());
  tell(ref, "lost"); // it came while a service ran
  go.release();
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"hold", "crash"}));
  BOOST_TEST(!asked.is_done());
  tell(ref, "5");
  service_reference::of(ref).up(listener());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"1", "2", "3", "4", "5"}));
  BOOST_TEST(asked.await().value() == 1);
  BOOST_TEST(service_reference::of(ref).lost() == 1u);
}

BOOST_AUTO_TEST_CASE(a_blocking_actor_answers_requests_that_have_waited) {
  auto ref = make();
  auto asked = ask(ref, "1", 10s);
  wait_until_idle(rt);
  actor = rt.system().spawn([](caf::blocking_actor* self) {
    self->receive([](const std::string& text) { return std::stoi(text) + 1; });
  });
  service_reference::of(ref).up(actor);
  BOOST_TEST(asked.await().value() == 2);
  // It holds the sender until it is through with the message.
  caf::scoped_actor self{rt.system()};
  self->wait_for(actor);
}

BOOST_AUTO_TEST_CASE(a_request_that_nobody_waits_for_any_more_is_dropped) {
  auto ref = make();
  auto asked = ask(ref, "late", 1s);
  advance(1s);
  BOOST_TEST((asked.await().error().code() == error_code::timeout));
  service_reference::of(ref).up(listener());
  wait_until_idle(rt);
  BOOST_TEST(notes.take().empty());
  BOOST_TEST(service_reference::of(ref).lost() == 1u);
}

BOOST_AUTO_TEST_CASE(a_full_stash_drops_the_newest_or_the_oldest) {
  for (const auto when_full : {overflow::drop_newest, overflow::reject, overflow::drop_oldest}) {
    auto ref = make({.stash = 2, .overflow = when_full});
    for (const auto* text : {"1", "2", "3"})
      tell(ref, text);
    service_reference::of(ref).up(listener());
    wait_until_idle(rt);
    BOOST_TEST(notes.take() ==
               (when_full == overflow::drop_oldest ? lines{"2", "3"} : lines{"1", "2"}));
    BOOST_TEST(service_reference::of(ref).lost() == 1u);
    caf::anon_send_exit(ref, caf::exit_reason::kill);
    wait_until_idle(rt);
  }
}

BOOST_AUTO_TEST_CASE(what_waits_at_a_bounded_service_survives_its_crash) {
  auto ref = make({.mailbox = 10});
  for (const auto* text : {"crash", "1", "2"})
    tell(ref, text);
  service_reference::of(ref).up(listener());
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"crash"}));
  service_reference::of(ref).up(listener());
  wait_until_idle(rt);
  // One was on its way, and has come back.
  BOOST_TEST(notes.take() == (lines{"1", "2"}));
  BOOST_TEST(service_reference::of(ref).lost() == 0u);
}

BOOST_AUTO_TEST_CASE(a_bounded_service_may_skip_messages) {
  auto ref = make({.mailbox = 10});
  service_reference::of(ref).up(listener());
  tell(ref, 1);
  tell(ref, "skipped");
  tell(ref, 2.0);
  wait_until_idle(rt);
  BOOST_TEST(notes.take() == (lines{"becomes picky", "goes on", "skipped"}));
}

BOOST_AUTO_TEST_CASE(once_closed_it_refuses_what_comes_and_what_waited) {
  auto ref = make();
  auto waited = ask(ref, "1", 10s);
  tell(ref, "2");
  wait_until_idle(rt);
  service_reference::of(ref).close(to_caf_error(task_error{error_code::unreachable, "no more"}));
  for (const auto& asked : {waited, ask(ref, "3", 10s)}) {
    const auto error = asked.await().error();
    BOOST_TEST((error.code() == error_code::unreachable));
    BOOST_TEST(error.message() == "no more");
  }
  BOOST_TEST(service_reference::of(ref).lost() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
