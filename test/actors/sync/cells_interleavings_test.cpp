// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Completions, watches, broadcasts and intervals, used by bodies of both kinds that are cancelled
// at any moment.

#include <sweet/actors/sync/broadcast.hpp>
#include <sweet/actors/sync/completion.hpp>
#include <sweet/actors/sync/interval.hpp>
#include <sweet/actors/sync/select.hpp>
#include <sweet/actors/sync/watch.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/for_each_seed.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace cells_interleavings_test {
namespace {

constexpr std::uint64_t seeds = 200;

std::chrono::milliseconds moment(simulation& sim) {
  return std::chrono::milliseconds(sim.choose(4));
}

void require(bool what, const char* otherwise) {
  if (!what)
    throw std::logic_error{otherwise};
}

template <class F, class... Args>
child_task<void> start(task_context ctx, F&& f, Args&&... args) {
  return async_task::to<void>(ctx)
      .on_child_failure(child_failure::collect)
      .run(std::forward<F>(f), std::forward<Args>(args)...);
}

/// Cancels some of the tasks, and waits for all.
async<void> disturb(task_context ctx, simulation& sim, std::vector<child_task<void>>& tasks) {
  for (int i = 0; i < 3; ++i) {
    co_await ctx.sleep_for(moment(sim));
    tasks[sim.choose(tasks.size())].cancel(static_cast<cancellation_level>(1 + sim.choose(3)));
  }
}

async<void> end_all(task_context ctx, std::vector<child_task<void>>& tasks) {
  co_await ctx.sleep_for(1s);
  for (auto& task : tasks)
    task.cancel();
  for (auto& task : tasks)
    if (const auto outcome = co_await task.result();
        outcome.is_err() && outcome.error().code() != error_code::cancelled)
      throw task_failure{outcome.error()};
}

// -- completion -----------------------------------------------------------------------------------

using only_value = std::unique_ptr<int>;

struct completion_books {
  int values = 0;
  int taken = 0; ///< told that another one has the value
  int unset = 0; ///< told that the setter has gone
  bool set = false;
  bool wanted = false;
};

void note(completion_books& b, const task_result<only_value>& outcome) {
  if (outcome.is_ok())
    ++b.values;
  else
    ++(outcome.error().code() == error_code::invalid_state ? b.taken : b.unset);
}

async<void> gets(task_context ctx, simulation& sim, completion_result<only_value> result,
                 completion_books& b) {
  co_await ctx.sleep_for(moment(sim));
  for (int tries = 0; tries < 3; ++tries) {
    const auto what = co_await select(result.get(), ctx.sleep_for(moment(sim)));
    if (what.index() == 0) {
      note(b, std::get<0>(what));
      co_return;
    }
  }
  note(b, co_await result.get());
}

void gets_blocking(task_context, completion_result<only_value> result, completion_books& b) {
  note(b, result.get().await());
}

async<void> sets(task_context ctx, simulation& sim, completion_setter<only_value> set,
                 completion_books& b) {
  const auto what = co_await select(ctx.sleep_for(moment(sim)), set.unwanted());
  if (what.index() == 1) {
    require(!set.is_wanted(), "it is wanted after all");
    co_return;
  }
  if (sim.choose(4) == 0)
    co_return;
  b.set = true;
  b.wanted = set(std::make_unique<int>(7));
}

async<void> one_value(task_context ctx, simulation& sim, completion_books& b) {
  std::vector<child_task<void>> tasks;
  std::optional<completion_result<only_value>> last;
  {
    completion<only_value> c;
    last = c.result;
    tasks.push_back(start(ctx, sets, std::ref(sim), std::move(c.set), std::ref(b)));
    for (int i = 0; i < 3; ++i)
      tasks.push_back(start(ctx, gets, std::ref(sim), c.result, std::ref(b)));
    for (int i = 0; i < 2; ++i)
      tasks.push_back(start(ctx, gets_blocking, c.result, std::ref(b)));
  }
  if (sim.choose(3) == 0)
    last.reset();
  co_await disturb(ctx, sim, tasks);
  co_await end_all(ctx, tasks);
  // Nobody who was cancelled has taken the value.
  if (last) {
    const auto outcome = last->try_get();
    require(outcome.has_value(), "the setter has gone, and the completion is not set");
    note(b, *outcome);
  }
  if (b.set && (last || b.taken != 0))
    require(b.values == 1, "the value was lost");
  require(b.values == 0 || b.set, "a value that was not set");
  require(b.values <= 1, "the value is there twice");
  require(b.unset == 0 || !b.set, "the value was lost to one");
}

// -- watch ----------------------------------------------------------------------------------------

async<void> changes(task_context ctx, simulation& sim, watch_sender<int> tx) {
  for (int i = 0; i < 6; ++i) {
    co_await ctx.sleep_for(moment(sim));
    tx.modify([](int& x) { ++x; });
  }
}

async<void> looks(task_context ctx, simulation& sim, watch_receiver<int> rx, int& last) {
  for (;;) {
    const auto what = co_await select(rx.changed(), ctx.sleep_for(moment(sim)));
    if (what.index() == 1) {
      co_await ctx.yield();
      continue;
    }
    if (!std::get<0>(what))
      break;
    const int value = rx.get();
    require(value > last, "a value that was seen before");
    last = value;
  }
  last = -rx.get();
}

void looks_blocking(task_context, watch_receiver<int> rx, int& last) {
  while (rx.changed().await()) {
    const int value = rx.get();
    require(value > last, "a value that was seen before");
    last = value;
  }
  last = -rx.get();
}

/// @returns how many receivers have seen the end
async<int> last_values(task_context ctx, simulation& sim) {
  watch<int> w{0};
  auto mine = w.receiver;
  std::vector<child_task<void>> tasks;
  std::vector<int> last(6);
  for (auto& one : last)
    tasks.push_back(sim.choose(3) == 0
                        ? start(ctx, looks_blocking, w.receiver, std::ref(one))
                        : start(ctx, looks, std::ref(sim), w.receiver, std::ref(one)));
  for (int i = 0; i < 2; ++i)
    tasks.push_back(start(ctx, changes, std::ref(sim), w.sender));
  w.sender = watch<int>{0}.sender;
  co_await disturb(ctx, sim, tasks);
  co_await end_all(ctx, tasks);
  require(mine.is_closed(), "a sender is left");
  int ends = 0;
  for (const int one : last)
    if (one < 0) {
      require(-one == mine.get(), "the last value was lost to one");
      ++ends;
    }
  co_return ends;
}

// -- broadcast ------------------------------------------------------------------------------------

struct listener_books {
  int next = 0; ///< the item that comes next, counted with those that are missed
  bool has_ended = false;
};

void note(listener_books& b, const broadcast_item<int>& item) {
  if (!item) {
    b.has_ended = true;
    return;
  }
  b.next += static_cast<int>(item.missed);
  require(*item == b.next, "an item was lost, or came twice");
  ++b.next;
}

async<void> sends(task_context ctx, simulation& sim, broadcast_sender<int> tx, int& next) {
  for (int i = 0; i < 12; ++i) {
    if (sim.choose(3) == 0)
      co_await ctx.sleep_for(moment(sim));
    tx.send(next++);
  }
}

async<void> listens(task_context ctx, simulation& sim, broadcast_receiver<int> rx,
                    listener_books& b) {
  while (!b.has_ended) {
    const auto what = co_await select(rx.receive(), ctx.sleep_for(moment(sim)));
    if (what.index() == 0)
      note(b, std::get<0>(what));
    else
      co_await ctx.yield();
  }
}

void listens_blocking(task_context ctx, broadcast_receiver<int> rx, listener_books& b) {
  while (!b.has_ended) {
    note(b, rx.receive().await());
    ctx.checkpoint();
  }
}

/// @returns how many receivers have had all
async<int> news(task_context ctx, simulation& sim) {
  broadcast<int> b{1 + sim.choose(4)};
  std::vector<child_task<void>> tasks;
  std::vector<listener_books> books(6);
  int sent = 0;
  for (auto& one : books)
    tasks.push_back(sim.choose(3) == 0
                        ? start(ctx, listens_blocking, b.receiver, std::ref(one))
                        : start(ctx, listens, std::ref(sim), b.receiver, std::ref(one)));
  for (int i = 0; i < 2; ++i)
    tasks.push_back(start(ctx, sends, std::ref(sim), b.sender, std::ref(sent)));
  b.sender = broadcast<int>{1}.sender;
  co_await disturb(ctx, sim, tasks);
  co_await end_all(ctx, tasks);
  require(b.receiver.is_closed(), "a sender is left");
  int ends = 0;
  for (const auto& one : books)
    if (one.has_ended) {
      require(one.next == sent, "gets and misses do not add up");
      ++ends;
    }
  co_return ends;
}

// -- interval -------------------------------------------------------------------------------------

async<void> ticks_on(task_context ctx, simulation& sim, int& ticks) {
  interval every{ctx, 2ms};
  auto due = every.due();
  for (;;) {
    const auto what = co_await select(ctx.sleep_for(moment(sim)), every.tick());
    if (what.index() == 0) {
      co_await ctx.yield();
      continue;
    }
    require(std::get<1>(what) == due, "a tick was lost, or came twice");
    require(due <= sim.time().now(), "a tick came early");
    due += 2ms;
    ++ticks;
  }
}

async<int> metronomes(task_context ctx, simulation& sim) {
  std::vector<child_task<void>> tasks;
  int ticks = 0;
  for (int i = 0; i < 4; ++i)
    tasks.push_back(start(ctx, ticks_on, std::ref(sim), std::ref(ticks)));
  co_await disturb(ctx, sim, tasks);
  co_await ctx.sleep_for(20ms);
  for (auto& task : tasks)
    task.cancel();
  co_await end_all(ctx, tasks);
  co_return ticks;
}

} // namespace
} // namespace cells_interleavings_test

BOOST_AUTO_TEST_SUITE(cells_interleavings_test)

BOOST_AUTO_TEST_CASE(the_value_of_a_completion_goes_to_one) {
  int values = 0;
  int unset = 0;
  for_each_seed(seeds, [&](simulation& sim) {
    completion_books b;
    sim.run(one_value, std::ref(sim), std::ref(b));
    values += b.values;
    unset += b.unset;
  });
  BOOST_TEST(values > 20);
  BOOST_TEST(unset > 20);
}

BOOST_AUTO_TEST_CASE(the_last_value_of_a_watch_reaches_all) {
  int ends = 0;
  for_each_seed(seeds, [&](simulation& sim) { ends += sim.run(last_values, std::ref(sim)); });
  BOOST_TEST(ends > 200);
}

BOOST_AUTO_TEST_CASE(receivers_of_a_broadcast_get_or_miss_each_item) {
  int ends = 0;
  for_each_seed(seeds, [&](simulation& sim) { ends += sim.run(news, std::ref(sim)); });
  BOOST_TEST(ends > 200);
}

BOOST_AUTO_TEST_CASE(no_tick_of_an_interval_is_lost) {
  int ticks = 0;
  for_each_seed(seeds, [&](simulation& sim) { ticks += sim.run(metronomes, std::ref(sim)); });
  BOOST_TEST(ticks > 1'000);
}

BOOST_AUTO_TEST_SUITE_END()
