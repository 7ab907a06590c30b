// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Streams in drawn interleavings: whatever happens when, there is one terminal event, and what was
// emitted is accounted for.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/for_each_seed.hpp>

#include <boost/test/unit_test.hpp>

#include <caf/all.hpp>

#include <algorithm>
#include <map>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::for_each_seed;
using sweet::testing::simulation;

namespace emit_interleavings_test {
namespace {

const auto quiet = sweet::testing::simulation_options{.log = [](const log_record&) {}};

std::chrono::milliseconds moment(simulation& sim, std::size_t below) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(sim.choose(below))};
}

/// What the draws decide about one run.
struct scenario {
  explicit scenario(simulation& s)
      : sim(s), events(static_cast<int>(s.choose(400))), failing(s.choose(4) == 0),
        coroutine(s.choose(2) == 0), timed(s.choose(4) == 0), how(s.choose(5)) {}

  simulation& sim;
  const int events;
  const bool failing;
  const bool coroutine;
  const bool timed;
  const std::size_t how;
};

async<void> send(task_context ctx, emitter<int>& out, const scenario& what) {
  for (int i = 0; i < what.events; ++i) {
    if (what.sim.choose(30) == 0)
      co_await ctx.sleep_for(moment(what.sim, 5));
    co_await out.emit(i);
  }
}

void maybe_fail(const scenario& what, int x) {
  if (what.failing && what.sim.choose(60) == 0)
    throw std::runtime_error{"unlucky " + std::to_string(x)};
}

async<int> handle_later(task_context ctx, int x, const scenario& what) {
  if (what.sim.choose(4) == 0)
    co_await ctx.sleep_for(moment(what.sim, 5));
  maybe_fail(what, x);
  co_return x;
}

error_strategy strategy_for_errors(simulation& sim) {
  switch (sim.choose(3)) {
    case 0: return error_strategy::stop_on_first();
    case 1: return error_strategy::continue_on_error();
    default: return error_strategy::retry(1, backoff::fixed(3ms));
  }
}

/// Gives `f` the stream with the stage that the draws have decided on. `f` is a coroutine, and
/// outlives it.
template <class Builder, class F>
async<void> with_receiver(task_context ctx, const Builder& described, const scenario& what,
                          const F& f) {
  const auto plain = [&what](const int& x) {
    maybe_fail(what, x);
    return x;
  };
  const auto later = [&what](task_context own, const int& x) { return handle_later(own, x, what); };
  const auto with = [&](const auto& how) {
    return what.coroutine ? f(ctx, described.receiver(how, later).run())
                          : f(ctx, described.receiver(how, plain).run());
  };
  const auto receivers = static_cast<std::uint32_t>(1 + what.sim.choose(4));
  switch (what.how) {
    case 0: return with(strategy::serial{});
    case 1: return with(strategy::parallel{receivers});
    case 2: return with(strategy::parallel{receivers}.ordered());
    case 3:
      return with(strategy::parallel{receivers}.partition_by([](const int& x) { return x % 7; }));
    default: break;
  }
  return f(ctx, described
                    .receiver(strategy::batched{1 + receivers * 10, 3ms},
                              [&what](batch<int>& all, collector<int>& out) {
                                for (const int x : all) {
                                  maybe_fail(what, x);
                                  out.collect_item(x);
                                }
                              })
                    .run());
}

template <class End>
void check(const End& end, const scenario& what) {
  expect(end.kind == event_kind::final || end.kind == event_kind::error ||
         end.kind == event_kind::cancellation);
  expect(end.counts.is_balanced());
  expect(end.counts.emitted <= static_cast<std::uint64_t>(what.events));
  expect((end.kind == event_kind::final) == !end.error);
  if (end.kind == event_kind::final)
    expect(end.counts.emitted == static_cast<std::uint64_t>(what.events));
  const auto& items = end.collected.items;
  // A batch that failed may have given some of its items, and gives them again.
  if (what.how != 4)
    expect(items.size() <= end.counts.processed);
  if (what.how == 0 || what.how == 2)
    expect(std::is_sorted(items.begin(), items.end()));
}

} // namespace
} // namespace emit_interleavings_test

BOOST_AUTO_TEST_SUITE(emit_interleavings_test)

BOOST_AUTO_TEST_CASE(left_alone_it_loses_nothing) {
  for_each_seed(
      400,
      [](simulation& sim) {
        sim.run([&](task_context ctx) -> async<void> {
          const scenario what{sim};
          const auto described = async_task::emits<int>(ctx)
                                     .on_error(error_strategy::continue_on_error())
                                     .capacity(static_cast<std::uint32_t>(1 + sim.choose(200)))
                                     .sender([&what](task_context c, emitter<int>& out) {
                                       return send(c, out, what);
                                     });
          const auto use = [&](task_context, auto stream) -> async<void> {
            const auto end = co_await stream;
            check(end, what);
            expect(end.kind == event_kind::final);
            expect(end.counts.processed + end.counts.failed == end.counts.emitted);
          };
          co_await with_receiver(ctx, described, what, use);
        });
      },
      quiet);
}

BOOST_AUTO_TEST_CASE(whatever_ends_it_there_is_one_terminal_event_and_all_are_accounted_for) {
  for_each_seed(
      1'000,
      [](simulation& sim) {
        sim.run([&](task_context ctx) -> async<void> {
          const scenario what{sim};
          const auto level = static_cast<cancellation_level>(1 + sim.choose(2));
          const auto described = async_task::emits<int>(ctx.runtime())
                                     .on_error(strategy_for_errors(sim))
                                     .capacity(static_cast<std::uint32_t>(1 + sim.choose(200)))
                                     .sender([&what](task_context c, emitter<int>& out) {
                                       return send(c, out, what);
                                     });
          const auto use = [&](task_context own, auto stream) -> async<void> {
            for (auto n = sim.choose(40); n != 0; --n)
              co_await own.yield();
            if (sim.choose(3) == 0)
              co_await own.sleep_for(moment(sim, 20));
            switch (sim.choose(5)) {
              case 0: stream.drain(); break;
              case 1:
                stream.pause();
                co_await own.sleep_for(5ms);
                stream.resume();
                break;
              case 2:
                if (what.how != 0)
                  stream.resize(static_cast<std::uint32_t>(1 + sim.choose(6)));
                break;
              default: break;
            }
            if (sim.choose(2) == 0)
              stream.cancel(level);
            auto end = co_await stream.final();
            if (end.kind != event_kind::final ||
                end.counts.emitted == static_cast<std::uint64_t>(what.events))
              check(end, what);
            else
              expect(end.counts.is_balanced()); // drained
          };
          co_await with_receiver(ctx, described, what, use);
        });
      },
      quiet);
}

BOOST_AUTO_TEST_CASE(receivers_that_are_killed_lose_nothing) {
  for_each_seed(
      300,
      [](simulation& sim) {
        sim.run([&](task_context ctx) -> async<void> {
          std::vector<caf::actor> receivers;
          const auto stream = async_task::emits<int>(ctx)
                                  .sender(std::views::iota(0, 200))
                                  .receiver(strategy::parallel{3},
                                            [&](task_context c, const int& x) {
                                              const auto self = c.actor();
                                              if (std::find(receivers.begin(), receivers.end(),
                                                            self) == receivers.end())
                                                receivers.push_back(self);
                                              return [](task_context own, int y) -> async<int> {
                                                co_await own.yield();
                                                co_return y;
                                              }(c, x);
                                            })
                                  .run();
          for (int kills = 0; kills < 3; ++kills) {
            for (auto n = sim.choose(60); n != 0; --n)
              co_await ctx.yield();
            if (!receivers.empty())
              caf::anon_send_exit(receivers[sim.choose(receivers.size())], caf::exit_reason::kill);
          }
          const auto end = co_await stream;
          receivers.clear();
          expect(end.counts == event_counts{.emitted = 200, .processed = 200});
          std::map<int, int> times;
          for (const int x : end.collected.items)
            ++times[x];
          expect(times.size() == 200);
        });
      },
      quiet);
}

// The order holds, and every event is handled, whatever a receiver had in hand when it was killed.
BOOST_AUTO_TEST_CASE(receivers_that_are_killed_disturb_no_order) {
  for_each_seed(
      400,
      [](simulation& sim) {
        sim.run([&](task_context ctx) -> async<void> {
          std::vector<caf::actor> receivers;
          const auto plain = sim.choose(2) == 0;
          // Some runs give more chunks than a receiver has credit.
          const auto events = sim.choose(4) == 0 ? 2'000 : 200;
          const auto described = async_task::emits<int>(ctx)
                                     .capacity(static_cast<std::uint32_t>(1 + sim.choose(100)))
                                     .sender(std::views::iota(0, events));
          const auto note = [&](const caf::actor& self) {
            if (std::find(receivers.begin(), receivers.end(), self) == receivers.end())
              receivers.push_back(self);
          };
          const auto how = strategy::parallel{3}.ordered();
          const auto stream =
              plain ? described
                          .receiver(how,
                                    [&](task_context c, const int& x, collector<int>& out) {
                                      note(c.actor());
                                      for (int i = 0; i < x % 3; ++i)
                                        out.collect_item(x);
                                    })
                          .run()
                    : described
                          .receiver(how,
                                    [&](task_context c, const int& x, collector<int>& out) {
                                      note(c.actor());
                                      return [](task_context own, int y,
                                                collector<int>& to) -> async<void> {
                                        if (y % 3 == 2)
                                          to.collect_item(y);
                                        co_await own.yield();
                                        if (y % 3 != 0)
                                          to.collect_item(y);
                                      }(c, x, out);
                                    })
                          .run();
          for (int kills = 0; kills < 3; ++kills) {
            for (auto n = sim.choose(60); n != 0; --n)
              co_await ctx.yield();
            if (!receivers.empty())
              caf::anon_send_exit(receivers[sim.choose(receivers.size())], caf::exit_reason::kill);
          }
          const auto end = co_await stream;
          receivers.clear();
          const auto all = static_cast<std::uint64_t>(events);
          expect(end.counts == event_counts{.emitted = all, .processed = all});
          expect(end.collected.items.size() == (events == 200 ? 199u : 1'999u));
          expect(std::is_sorted(end.collected.items.begin(), end.collected.items.end()));
        });
      },
      quiet);
}

// What a killed receiver gives back has been given out before: it is not dropped for what comes.
BOOST_AUTO_TEST_CASE(receivers_that_are_killed_leave_the_oldest_to_be_dropped) {
  for_each_seed(
      400,
      [](simulation& sim) {
        sim.run([&](task_context ctx) -> async<void> {
          std::vector<caf::actor> receivers;
          const auto stream = async_task::emits<int>(ctx)
                                  .capacity(static_cast<std::uint32_t>(1 + sim.choose(4)))
                                  .overflow(event_overflow::drop_oldest)
                                  .sender([](task_context own, emitter<int>& out) -> async<void> {
                                    for (int i = 0; i < 200; ++i) {
                                      co_await out.emit(i);
                                      if (i % 3 == 0)
                                        co_await own.yield();
                                    }
                                  })
                                  .receiver(strategy::parallel{3}.ordered(),
                                            [&](task_context c, const int& x) {
                                              if (const auto self = c.actor();
                                                  std::find(receivers.begin(), receivers.end(),
                                                            self) == receivers.end())
                                                receivers.push_back(self);
                                              return [](task_context own, int y) -> async<int> {
                                                co_await own.yield();
                                                co_return y;
                                              }(c, x);
                                            })
                                  .run();
          for (int kills = 0; kills < 6; ++kills) {
            for (auto n = sim.choose(40); n != 0; --n)
              co_await ctx.yield();
            if (!receivers.empty())
              caf::anon_send_exit(receivers[sim.choose(receivers.size())], caf::exit_reason::kill);
          }
          const auto end = co_await stream;
          receivers.clear();
          expect(end.is_ok());
          expect(end.counts.emitted == 200 && end.counts.is_balanced());
          expect(end.counts.processed == end.collected.items.size());
          expect(std::is_sorted(end.collected.items.begin(), end.collected.items.end()));
        });
      },
      quiet);
}

BOOST_AUTO_TEST_CASE(two_stages_end_together_whatever_ends_them) {
  for_each_seed(
      400,
      [](simulation& sim) {
        sim.run([&](task_context ctx) -> async<void> {
          const auto bad = static_cast<int>(sim.choose(600));
          const auto stream =
              async_task::emits<int>(ctx.runtime())
                  .capacity(static_cast<std::uint32_t>(1 + sim.choose(100)))
                  .sender(std::views::iota(0, 300))
                  .receiver(strategy::parallel{2},
                            [](task_context c, const int& x, collector<int>& out) -> async<void> {
                              co_await c.yield();
                              for (int i = 0; i < x % 4; ++i)
                                out.collect_item(x);
                            })
                  .receiver(strategy::parallel{2}.ordered(),
                            [bad](const int& x) {
                              if (x == bad)
                                throw std::runtime_error{"bad"};
                              return x;
                            })
                  .run();
          for (auto n = sim.choose(200); n != 0; --n)
            co_await ctx.yield();
          if (sim.choose(2) == 0)
            stream.cancel(static_cast<cancellation_level>(1 + sim.choose(2)));
          const auto end = co_await stream.final();
          expect(end.counts.is_balanced());
          // None if it was cancelled before it started.
          for (const auto& stage : end.further_stages)
            expect(stage.is_balanced());
          if (end.is_ok())
            expect(end.collected.items.size() == end.further_stages[0].processed);
        });
      },
      quiet);
}

BOOST_AUTO_TEST_CASE(who_takes_item_by_item_gets_all_or_hears_why_not) {
  for_each_seed(
      400,
      [](simulation& sim) {
        sim.run([&](task_context ctx) -> async<void> {
          const auto bad = sim.choose(3) == 0 ? static_cast<int>(sim.choose(200)) : -1;
          const auto stays = sim.choose(3) != 0;
          auto items = async_task::emits<int>(ctx.runtime())
                           .capacity(static_cast<std::uint32_t>(1 + sim.choose(100)))
                           .sender(std::views::iota(0, 200))
                           .receiver(strategy::parallel{2}.ordered(),
                                     [bad](task_context c, const int& x) -> async<int> {
                                       co_await c.yield();
                                       if (x == bad)
                                         throw std::runtime_error{"bad"};
                                       co_return x;
                                     })
                           .stream();
          const auto task = items.task();
          int next = 0;
          int taken = 0;
          bool failed = false;
          try {
            const auto most = stays ? 1'000 : static_cast<int>(sim.choose(200));
            while (next < most) {
              const auto x = co_await items.next();
              if (!x)
                break;
              expect(*x >= next); // what is killed leaves gaps
              next = *x + 1;
              ++taken;
              if (sim.choose(20) == 0)
                co_await ctx.sleep_for(1ms);
              if (sim.choose(300) == 0)
                task.cancel(static_cast<cancellation_level>(1 + sim.choose(2)));
            }
          } catch (const task_failure&) {
            failed = true;
          }
          {
            const auto gone = std::move(items);
          }
          const auto end = co_await task.final();
          expect(end.counts.is_balanced());
          if (stays) {
            expect(failed == (end.kind != event_kind::final));
            expect(failed || taken == 200);
          }
        });
      },
      quiet);
}

BOOST_AUTO_TEST_SUITE_END()
