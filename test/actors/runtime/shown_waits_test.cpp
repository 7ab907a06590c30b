// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The table of waits in docs/semantics.md.

#include <sweet/sweet.hpp>
#include <sweet/testing/rule_table.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/atom.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <utility>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::simulation;
using sweet::testing::waits_for_ever;

namespace shown_waits_test {
namespace {

/// What the task that waits, and the one that it may wait for, share.
struct scene {
  spawning_task<void> target; ///< never ends, and holds the mutex
  async_mutex mutex;
  async_event never;
};

struct silent : service {
  void answers() {}
  async<void> never_answers(task_context ctx) { co_await waits_for_ever(ctx); }
};

using coroutine = std::function<async<void>(task_context, scene&)>;
using callable = std::function<void(task_context, scene&)>;

/// The task `name` in a snapshot.
task_snapshot find(const tree_snapshot& tree, const std::string& name) {
  const auto found = std::ranges::find(tree.tasks, name, &task_snapshot::name);
  if (found == tree.tasks.end())
    throw std::runtime_error{"not in the snapshot: " + name};
  return *found;
}

/// A wait as the table has it.
std::string as_in_table(const task_wait& wait) {
  const auto text = std::regex_replace(to_string(wait), std::regex{"^waits for "}, "");
  return std::regex_replace(text, std::regex{"#[0-9]+"}, "ID");
}

/// What a snapshot shows one second after a task has begun to wait.
sweet::testing::rule shows(coroutine waits, callable blocks) {
  return [=](simulation& sim, std::size_t column) {
    std::string result;
    sim.run([&](task_context ctx) -> async<void> {
      auto& rt = ctx.runtime();
      scene all;
      all.target =
          async_task::to<void>(rt).name("target").run([&all](task_context mine) -> async<void> {
            const auto guard = co_await all.mutex.lock();
            co_await waits_for_ever(mine);
          });
      co_await ctx.sleep_for(1s);
      auto task = async_task::to<void>(rt).name("waiter");
      auto waiter = column == 0 ? task.run(waits, std::ref(all)) : task.run(blocks, std::ref(all));
      co_await ctx.sleep_for(1s);
      result = as_in_table(find(rt.snapshot(), "waiter").wait);
      waiter.cancel(cancellation_level::kill);
      static_cast<void>(co_await waiter.result());
      all.target.cancel(cancellation_level::kill);
      static_cast<void>(co_await all.target.result());
    });
    return result;
  };
}

/// Both bodies from one expression that gives an operation.
#define SHOWS(...)                                                                                 \
  shows(                                                                                           \
      [](task_context ctx, scene& all) -> async<void> {                                            \
        static_cast<void>(ctx), static_cast<void>(all);                                            \
        __VA_ARGS__;                                                                               \
        static_cast<void>(co_await operation);                                                     \
      },                                                                                           \
      [](task_context ctx, scene& all) {                                                           \
        static_cast<void>(ctx), static_cast<void>(all);                                            \
        __VA_ARGS__;                                                                               \
        static_cast<void>(operation.await());                                                      \
      })

const std::map<std::string, sweet::testing::rule> rules{
    {"the value of a child",
     SHOWS(auto&& operation = async_task::to<void>(ctx).name("target").run(waits_for_ever))},
    {"the outcome of a child",
     shows(
         [](task_context ctx, scene&) -> async<void> {
           auto child = async_task::to<void>(ctx).name("target").run(waits_for_ever);
           static_cast<void>(co_await child.result());
         },
         [](task_context ctx, scene&) {
           static_cast<void>(async_task::to<void>(ctx).name("target").run(waits_for_ever).await());
         })},
    {"a task of which it has a handle",
     shows([](task_context, scene& all) -> async<void> { co_await all.target; },
           [](task_context, scene& all) { static_cast<void>(all.target.await()); })},
    {"members of a group", shows(
                               [](task_context ctx, scene&) -> async<void> {
                                 task_group<void> group{ctx};
                                 group.spawn(waits_for_ever);
                                 static_cast<void>(co_await group.next());
                               },
                               [](task_context ctx, scene&) {
                                 task_group<void> group{ctx};
                                 group.spawn(waits_for_ever);
                                 static_cast<void>(group.next().await());
                               })},
    {"a message, without a timeout",
     shows([](task_context ctx,
              scene&) -> async<void> { static_cast<void>(co_await ctx.receive<int>()); },
           [](task_context ctx, scene&) { static_cast<void>(ctx.receive<int>().await()); })},
    {"a message, for an hour",
     shows([](task_context ctx,
              scene&) -> async<void> { static_cast<void>(co_await ctx.receive<int>(1h)); },
           [](task_context ctx, scene&) { static_cast<void>(ctx.receive<int>(1h).await()); })},
    {"the answer of a task to a request, for an hour",
     shows(
         [](task_context ctx, scene& all) -> async<void> {
           static_cast<void>(co_await ctx.request(all.target.actor(), 1h, caf::ok_atom::value));
         },
         [](task_context ctx, scene& all) {
           static_cast<void>(ctx.request(all.target.actor(), 1h, caf::ok_atom::value).await());
         })},
    {"the answer of a service, for an hour",
     shows(
         [](task_context ctx, scene&) -> async<void> {
           const service_of<silent> description;
           const auto served = async_task::to<void>(ctx).name("target").run(description);
           co_await description.ref().call(ctx, &silent::answers); // it serves
           co_await description.ref().call(ctx, 1h, &silent::never_answers);
         },
         [](task_context ctx, scene&) {
           const service_of<silent> description;
           const auto served = async_task::to<void>(ctx).name("target").run(description);
           const auto ref = description.ref();
           static_cast<void>(ref.call(ctx, &silent::answers).result().await()); // it serves
           static_cast<void>(ref.call(ctx, 1h, &silent::never_answers).result().await());
         })},
    {"an `async_event`",
     shows([](task_context, scene& all) -> async<void> { co_await all.never; },
           [](task_context, scene& all) { static_cast<void>(select(all.never).await()); })},
    {"an item of a channel", SHOWS(auto [tx, rx] = channel<int>{1}; auto operation = rx.receive())},
    {"room in a channel", SHOWS(auto [tx, rx] = channel<int>{1}; static_cast<void>(tx.try_send(1));
                                auto operation = tx.send(2))},
    {"a permit", SHOWS(const semaphore none{0}; auto operation = none.acquire())},
    {"the lock that a task holds", SHOWS(auto operation = all.mutex.lock())},
    {"a notification", SHOWS(const async_mutex m; const async_condition c;
                             auto guard = m.try_lock(); auto operation = c.wait(guard))},
    {"the others at a barrier",
     SHOWS(const barrier two{2}; auto operation = two.arrive_and_wait())},
    {"a `wait_group`", SHOWS(const wait_group busy{1}; auto operation = busy.wait())},
    {"a `completion`", SHOWS(auto [set, get] = completion<int>{}; auto operation = get.get())},
    {"a new value of a `watch`",
     SHOWS(auto [tx, rx] = watch<int>{1}; auto operation = rx.changed())},
    {"an item of a broadcast",
     SHOWS(auto [tx, rx] = broadcast<int>{1}; auto operation = rx.receive())},
    {"the first of an event and a second of time",
     SHOWS(auto nap = ctx.sleep_for(2s); auto operation = select(all.never, nap))},
    {"a tick, in an hour",
     SHOWS(interval ticks{ctx, 1h}; ticks.reset(); auto operation = ticks.tick())},
};

} // namespace
} // namespace shown_waits_test

BOOST_AUTO_TEST_SUITE(shown_waits_test)

BOOST_AUTO_TEST_CASE(each_wait_says_what_it_waits_for) {
  sweet::testing::check_rule_table(SWEET_TEST_DOCS "/semantics.md",
                                   {"a task that waits for", "`co_await`", "`await()`"}, rules, 21);
}

BOOST_AUTO_TEST_SUITE_END()
