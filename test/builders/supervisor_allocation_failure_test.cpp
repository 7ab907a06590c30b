// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Memory runs out at any moment of a supervisor, see fail_each_allocation(). A simulation tells
// what is left of children: tasks and actors that have not ended.

#include <sweet/actors/runtime/system/actor_host.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/fail_each_allocation.hpp>
#include <sweet/testing/failing_allocations.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::fail_each_allocation;
using sweet::testing::failing_allocations;
using sweet::testing::long_text;
using sweet::testing::world;

namespace supervisor_allocation_failure_test {
namespace {

/// An actor that has memory when it runs or is destroyed: without, CAF ends the process.
class lucky_actor : public caf::event_based_actor {
public:
  using caf::event_based_actor::event_based_actor;
  resume_result resume(detail::actor_host* host, std::size_t max_throughput) override {
    const failing_allocations::pause while_caf_runs;
    return caf::event_based_actor::resume(host, max_throughput);
  }
  void on_destroy() override {
    const failing_allocations::pause while_caf_runs;
    caf::event_based_actor::on_destroy();
  }
};

/// Holds itself: without references from elsewhere it lives until it is told to exit.
caf::behavior doubler(lucky_actor* self) {
  return {
      [keep = caf::actor{self}](int x) { return 2 * x; },
      [](const std::string& text) { throw std::runtime_error{text}; },
  };
}

caf::behavior quitter(lucky_actor* self) {
  self->quit(sweet::to_caf_error(task_error{error_code::failure, long_text}));
  return {};
}

/// A task that hears of a service.
struct watcher {
  explicit watcher(task_context watching) : ctx(watching) {
    watch_service(ctx.runtime(), "doubler", ctx.actor());
  }
  ~watcher() { unwatch_service(ctx.runtime(), "doubler", ctx.actor()); }
  watcher(const watcher&) = delete;
  watcher& operator=(const watcher&) = delete;

  task_context ctx;
};

struct sets_at_end {
  async_event& event;
  ~sets_at_end() { event.set(); }
};

async<void> waits(task_context ctx) {
  co_await ctx.sleep_for(1h);
}

/// @returns 1 if the supervisor was stopped or has ended by itself, or its error
task_result<int> outcome_of(const task_result<void>& end) {
  if (end.is_err() && end.error().code() != error_code::cancelled)
    return end.error();
  return 1;
}

/// The runtime goes on: names that were registered are free, and watchers hear of the service.
async<int> fresh_supervisor(task_context ctx) {
  const watcher watch{ctx};
  auto tree =
      supervisor::one_for_one(ctx).service("double", doubler, registered{"doubler"}).start();
  co_await ctx.receive<service_down>();
  co_await ctx.receive<service_up>();
  const int doubled = co_await ctx.request<int>(tree.ref("double"), 1s, 21);
  tree.stop();
  co_await tree.result();
  co_return doubled;
}

// -- scenarios ------------------------------------------------------------------------------------

// What children count is shared: without memory to await their end, they go on when the body that
// has started them is gone.

async<int> restart(task_context ctx, world&) {
  const auto starts = std::make_shared<int>(0);
  auto tree = supervisor::one_for_one(ctx)
                  .service("fails once",
                           [starts](task_context inner) -> async<void> {
                             co_await inner.sleep_for(1ms);
                             if (++*starts == 1)
                               throw std::runtime_error{long_text};
                             co_await inner.sleep_for(1h);
                           })
                  .start();
  co_await ctx.sleep_for(10ms);
  tree.stop();
  auto outcome = outcome_of(co_await tree.result());
  if (outcome.is_ok() && *starts < 2)
    throw std::bad_alloc{}; // there was none for the first start
  co_return outcome;
}

/// Each command is answered, whatever becomes of the supervisor.
async<int> commands(task_context ctx, world&) {
  auto tree = supervisor::one_for_all(ctx).service("a", waits).service("b", waits).start();
  co_await tree.started();
  co_await tree.start_child("c", waits);
  co_await tree.stop_child("b");
  co_await tree.restart_child("b");
  const auto count = (co_await tree.which_children()).size();
  co_await tree.stop_child("c");
  co_await tree.delete_child("c");
  tree.stop();
  auto outcome = outcome_of(co_await tree.result());
  if (outcome.is_ok() && count != 3)
    co_return 0;
  co_return outcome;
}

async<int> supervisor_below(task_context ctx, world&) {
  auto tree = supervisor::rest_for_one(ctx)
                  .service("a", waits)
                  .supervisor("inner", supervisor::one_for_one().service("b", waits))
                  .start();
  co_await tree.started();
  co_await tree.nested("inner").start_child("c", waits);
  tree.stop();
  co_return outcome_of(co_await tree.result());
}

/// A child that starts too late when it is restarted.
async<int> late_restart(task_context ctx, world&) {
  const auto starts = std::make_shared<int>(0);
  auto tree = supervisor::one_for_one(ctx)
                  .backoff(backoff::fixed(1ms))
                  .service(
                      "late once",
                      [starts](task_context inner) -> async<void> {
                        if (++*starts != 2)
                          report_ready(inner);
                        if (*starts == 1)
                          throw std::runtime_error{long_text};
                        co_await inner.sleep_for(1h);
                      },
                      says_ready{}, starts_within{5ms})
                  .start();
  co_await ctx.sleep_for(20ms);
  tree.stop();
  auto outcome = outcome_of(co_await tree.result());
  if (outcome.is_ok() && *starts < 3)
    throw std::bad_alloc{}; // there was none for one of them
  co_return outcome;
}

/// Actors are asked, fail, and are started again; one has ended before it can be watched.
async<int> actors(task_context ctx, world&) {
  const watcher watch{ctx};
  auto tree = supervisor::one_for_one(ctx)
                  .service("double", doubler, registered{"doubler"})
                  .service(
                      "quits",
                      [](task_context inner) -> async<caf::actor> {
                        auto actor = inner.runtime().system().spawn(quitter);
                        co_await inner.sleep_for(1ms);
                        co_return actor;
                      },
                      restart_type::temporary)
                  .start();
  const auto twice = tree.ref("double");
  caf::anon_send(twice, std::string{long_text});
  co_await ctx.request<int>(twice, 1min, 1).result(); // is answered, or lost with the actor
  const auto doubled = co_await ctx.request<int>(twice, 1min, 21).result();
  tree.stop();
  auto outcome = outcome_of(co_await tree.result());
  if (outcome.is_err())
    co_return outcome;
  if (doubled.is_err())
    throw std::bad_alloc{}; // there was none to start the actor, or for the message
  co_return doubled.value() == 42 ? 1 : 0;
}

/// A message that is lost does not hold up the next one.
async<int> bounded_mailbox(task_context ctx, world&) {
  auto tree = supervisor::one_for_one(ctx)
                  .service(
                      "double",
                      [](task_context inner) -> async<caf::actor> {
                        co_await inner.sleep_for(1ms);
                        co_return inner.runtime().system().spawn(doubler);
                      },
                      mailbox_limit{1})
                  .start();
  const auto twice = tree.ref("double");
  const auto first = co_await ctx.request<int>(twice, 1min, 1).result();
  const auto second = co_await ctx.request<int>(twice, 1min, 20).result();
  tree.stop();
  auto outcome = outcome_of(co_await tree.result());
  if (outcome.is_err())
    co_return outcome;
  if (first.is_err() && second.is_err() && second.error().code() == error_code::timeout)
    co_return 0;
  if (first.is_err() || second.is_err())
    throw std::bad_alloc{};
  co_return first.value() + second.value() == 42 ? 1 : 0;
}

/// What a task has not taken is taken by the next one.
async<int> messages(task_context ctx, world&) {
  const auto sum = std::make_shared<int>(0);
  auto tree = supervisor::one_for_one(ctx)
                  .service("takes one",
                           [sum](task_context inner) -> async<void> {
                             *sum += (co_await inner.receive<int>()).payload;
                             throw std::runtime_error{long_text};
                           })
                  .start();
  const auto takes_one = tree.ref("takes one");
  caf::anon_send(takes_one, 10);
  caf::anon_send(takes_one, 11);
  co_await ctx.sleep_for(1ms);
  tree.stop();
  auto outcome = outcome_of(co_await tree.result());
  if (outcome.is_ok() && *sum != 21)
    throw std::bad_alloc{}; // there was none for a message, or to start a task
  co_return outcome;
}

/// A child whose body does not react to kill_hard: it is left behind.
async<int> child_that_goes_on(task_context ctx, world&) {
  const auto go = std::make_shared<async_event>();
  const sets_at_end end{*go};
  auto tree = supervisor::one_for_one(ctx)
                  .service("goes on",
                           [go](task_context) -> async<void> {
                             co_await sweet::detail::event_access::wait_shielded(
                                 *go, cancellation_level::kill_hard);
                           })
                  .start();
  co_await tree.stop_child("goes on");
  co_await ctx.sleep_for(2s);
  tree.stop();
  co_return outcome_of(co_await tree.result());
}

} // namespace
} // namespace supervisor_allocation_failure_test

BOOST_AUTO_TEST_SUITE(supervisor_allocation_failure_test)

BOOST_AUTO_TEST_CASE(a_child_is_restarted_and_stopped) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(restart, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_CASE(commands_are_answered) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(commands, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_CASE(a_supervisor_below_another_one_starts_and_stops) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(supervisor_below, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_CASE(a_start_that_takes_too_long_is_given_up) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(late_restart, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_CASE(actors_end_with_their_supervisor) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(actors, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_CASE(a_lost_message_does_not_hold_up_the_next) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(bounded_mailbox, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_CASE(messages_wait_for_the_next_task) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(messages, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_CASE(a_child_is_left_behind) {
  using namespace supervisor_allocation_failure_test;
  fail_each_allocation(child_that_goes_on, 1, fresh_supervisor);
}

BOOST_AUTO_TEST_SUITE_END()
