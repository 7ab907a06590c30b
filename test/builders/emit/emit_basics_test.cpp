// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Streams from sender to terminal event: who sends, who receives, what is collected.

#include <sweet/sweet.hpp>
#include <sweet/testing/expect.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <ranges>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::expect;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace emit_basics_test {
namespace {

using numbers = std::vector<int>;

numbers up_to(int n) {
  numbers all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

int twice(const int& x) {
  return 2 * x;
}

async<void> count_to(task_context ctx, emitter<int>& out, int n) {
  for (int i = 0; i < n; ++i) {
    if (i % 7 == 0)
      co_await ctx.yield();
    co_await out.emit(i);
  }
}

} // namespace
} // namespace emit_basics_test

BOOST_FIXTURE_TEST_SUITE(emit_basics_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(a_serial_stream_keeps_the_order_and_tells_all_in_its_terminal_event) {
  for (const int n : {0, 1, 2, 63, 64, 65, 1000, 5000}) {
    const auto end = async_task::emits<int>(rt)
                         .sender(std::views::iota(0, n))
                         .receiver(strategy::serial{}, [](const int& x) { return x; })
                         .await_final_event();
    BOOST_TEST(end.kind == event_kind::final);
    BOOST_TEST(!end.error);
    BOOST_TEST(end.collected.items == up_to(n));
    const auto count = static_cast<std::uint64_t>(n);
    BOOST_TEST(end.counts == (event_counts{.emitted = count, .processed = count}));
    BOOST_TEST(end.error_count == 0u);
  }
}

BOOST_AUTO_TEST_CASE(senders_are_ranges_coroutines_callables_and_lists) {
  const auto receive = [](const auto& described) {
    return described.receiver(strategy::serial{}, twice).await_final_event().collected.items;
  };
  const auto emits = async_task::emits<int>(rt);
  const numbers expected{0, 2, 4, 6};
  BOOST_TEST(receive(emits.sender(up_to(4))) == expected);
  BOOST_TEST(receive(emits.sequence({0, 1, 2, 3})) == expected);
  BOOST_TEST(receive(emits.sender(std::views::iota(0) | std::views::take(4))) == expected);
  BOOST_TEST(receive(emits.sender([](task_context ctx, emitter<int>& out) {
               return count_to(ctx, out, 4);
             })) == expected);
  BOOST_TEST(receive(emits.sender([n = 4](emitter<int>& out) -> async<void> {
               for (int i = 0; i < n; ++i)
                 co_await out.emit(i);
             })) == expected);
  BOOST_TEST(receive(emits.sender([](emitter<int>& out) {
               for (int i = 0; i < 4; ++i)
                 out.emit(i).await();
             })) == expected);
}

BOOST_AUTO_TEST_CASE(a_callable_sender_waits_for_room) {
  const auto end = async_task::emits<int>(rt)
                       .capacity(1)
                       .sender([](emitter<int>& out) {
                         for (int i = 0; i < 20'000; ++i)
                           out.emit(i).await();
                       })
                       .receiver(strategy::serial{}, [](const int& x) { return x; })
                       .await_final_event();
  BOOST_TEST(end.collected.items == up_to(20'000));
}

BOOST_AUTO_TEST_CASE(try_emit_takes_what_there_is_room_for) {
  std::size_t refused = 0;
  const auto end = async_task::emits<int>(rt)
                       .capacity(1)
                       .sender([&](task_context ctx, emitter<int>& out) -> async<void> {
                         for (int i = 0; i < 5'000;) {
                           if (out.try_emit(i)) {
                             ++i;
                           } else {
                             ++refused;
                             co_await ctx.yield();
                           }
                         }
                       })
                       .receiver(strategy::serial{}, [](const int& x) { return x; })
                       .await_final_event();
  BOOST_TEST(end.collected.items == up_to(5'000));
  BOOST_TEST(refused > 0u);
}

BOOST_AUTO_TEST_CASE(events_are_handed_over_after_they_were_emitted) {
  using time_point = event_info::time_point;
  runtime with_time; // by the clock of the system
  const auto end = async_task::emits<time_point>(with_time)
                       .sender([](emitter<time_point>& out) -> async<void> {
                         for (int i = 0; i < 20'000; ++i)
                           co_await out.emit(std::chrono::steady_clock::now());
                       })
                       .receiver(strategy::serial{},
                                 [](const event_info& info, time_point emitted) {
                                   return info.at >= emitted ? 0 : 1;
                                 })
                       .fold(0, [](int& early, int x) { early += x; })
                       .await_final_event();
  BOOST_TEST(end.counts.processed == 20'000u);
  BOOST_TEST(end.collected == 0);
}

BOOST_AUTO_TEST_CASE(handlers_take_what_they_ask_for) {
  const auto emits = async_task::emits<int>(rt).sender(up_to(3));
  const auto with_info = emits.receiver(strategy::serial{}, [](const event_info& info, int x) {
    return std::pair{info.sequence, x};
  });
  const auto ids = with_info.await_final_event().collected.items;
  BOOST_TEST((ids == std::vector<std::pair<std::uint64_t, int>>{{0, 0}, {1, 1}, {2, 2}}));
  const auto with_all = emits
                            .receiver(strategy::serial{},
                                      [](task_context ctx, const event_info& info, const int& x,
                                         collector<std::string>& out) {
                                        expect(static_cast<bool>(info.task));
                                        out.collect(ctx.name(), std::to_string(x));
                                      })
                            .await_final_event();
  BOOST_TEST(
      (with_all.collected.by_key == std::map<std::string, std::string>{{"receiver 0", "2"}}));
  const auto optional =
      emits
          .receiver(strategy::serial{},
                    [](int x) { return x == 1 ? std::nullopt : std::optional{x}; })
          .await_final_event();
  BOOST_TEST((optional.collected.items == numbers{0, 2}));
  const auto nothing = emits.receiver(strategy::serial{}, [](int) {}).await_final_event();
  BOOST_TEST(nothing.counts.processed == 3u);
}

BOOST_AUTO_TEST_CASE(events_may_be_movable_only_large_and_owning) {
  const auto end = async_task::emits<std::unique_ptr<int>>(rt)
                       .sender([](emitter<std::unique_ptr<int>>& out) -> async<void> {
                         for (int i = 0; i < 300; ++i)
                           co_await out.emit(std::make_unique<int>(i));
                       })
                       .receiver(strategy::serial{}, [](std::unique_ptr<int> x) { return x; })
                       .await_final_event();
  BOOST_TEST(end.collected.items.size() == 300u);
  BOOST_TEST(*end.collected.items.back() == 299);

  using large = std::array<std::uint64_t, 5'000>;
  const auto sum =
      async_task::emits<large>(rt)
          .sender(std::views::iota(0, 50) | std::views::transform([](int i) {
                    large x{};
                    x.back() = static_cast<std::uint64_t>(i);
                    return x;
                  }))
          .receiver(strategy::parallel{3}, [](const large& x) { return x.back(); })
          .fold(std::uint64_t{0}, [](std::uint64_t& all, std::uint64_t x) { all += x; })
          .await_final_event();
  BOOST_TEST(sum.collected == 1'225u);
}

BOOST_AUTO_TEST_CASE(every_event_is_destroyed) {
  const auto counted = std::make_shared<int>(0);
  {
    const auto end =
        async_task::emits<std::shared_ptr<int>>(rt)
            .sender(std::vector<std::shared_ptr<int>>(1'000, counted))
            .receiver(strategy::parallel{2}, [](const std::shared_ptr<int>& x) { return x; })
            .await_final_event();
    BOOST_TEST(end.collected.items.size() == 1'000u);
  }
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(counted.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_collected_goes_where_the_builder_says) {
  const auto emits = async_task::emits<int>(rt).sender(up_to(10));
  const auto doubled = emits.receiver(strategy::serial{}, twice);
  BOOST_TEST(doubled.into<std::set<int>>().await_final_event().collected.size() == 10u);
  BOOST_TEST((doubled.into(std::deque<int>{7}).await_final_event().collected.size() == 11u));
  BOOST_TEST(doubled.fold(0, [](int& sum, int x) { sum += x; }).await_final_event().collected ==
             90);
  numbers seen;
  const auto sunk = doubled.sink([&](int x) { seen.push_back(x); }).await_final_event();
  BOOST_TEST(sunk.collected == 10u);
  BOOST_TEST(seen.size() == 10u);
  const auto keyed = emits
                         .receiver(strategy::serial{},
                                   [](int x, collector<int, int>& out) { out.collect(x % 3, x); })
                         .into<std::map<int, int>>()
                         .await_final_event();
  BOOST_TEST((keyed.collected == std::map<int, int>{{0, 9}, {1, 7}, {2, 8}}));
}

BOOST_AUTO_TEST_CASE(stages_follow_one_another) {
  const auto end =
      async_task::emits<int>(rt)
          .sender(std::views::iota(0, 1'000))
          .receiver(strategy::parallel{2},
                    [](const int& x, collector<std::string>& out) {
                      for (int i = 0; i < x % 3; ++i)
                        out.collect_item(std::to_string(x));
                    })
          .receiver(strategy::parallel{3}, [](const std::string& x) { return std::stoi(x); })
          .receiver(strategy::serial{}, [](int x) { return std::int64_t{x}; })
          .fold(std::int64_t{0}, [](std::int64_t& sum, std::int64_t x) { sum += x; })
          .await_final_event();
  std::int64_t expected = 0;
  std::uint64_t events = 0;
  for (int x = 0; x < 1'000; ++x) {
    expected += x * (x % 3);
    events += static_cast<std::uint64_t>(x % 3);
  }
  BOOST_TEST(end.collected == expected);
  BOOST_TEST(end.counts.processed == 1'000u);
  BOOST_TEST(end.further_stages.size() == 2u);
  for (const auto& counts : end.further_stages)
    BOOST_TEST(counts == (event_counts{.emitted = events, .processed = events}));
}

BOOST_AUTO_TEST_CASE(receivers_may_be_coroutines) {
  const auto end = async_task::emits<int>(rt)
                       .sender(std::views::iota(0, 500))
                       .receiver(strategy::parallel{4},
                                 [](task_context ctx, const int& x) -> async<int> {
                                   co_await ctx.yield();
                                   co_return 2 * x;
                                 })
                       .fold(0, [](int& sum, int x) { sum += x; })
                       .await_final_event();
  BOOST_TEST(end.collected == 499 * 500);
}

BOOST_AUTO_TEST_CASE(a_coroutine_awaits_a_stream_of_its_own) {
  const auto sum = rt.spawn([](task_context ctx) -> async<int> {
                       const auto stream = async_task::emits<int>(ctx)
                                               .name("numbers")
                                               .sender(up_to(100))
                                               .receiver(strategy::parallel{2}, twice)
                                               .fold(0, [](int& all, int x) { all += x; })
                                               .run();
                       const auto end = co_await stream;
                       co_return end.collected;
                     }).await();
  BOOST_TEST(sum.value() == 9'900);
}

BOOST_AUTO_TEST_CASE(a_stream_shows_in_the_tree) {
  async_event go;
  const auto stream =
      async_task::emits<int>(rt)
          .name("numbers")
          .sender(up_to(1))
          .receiver(strategy::parallel{2}, [&](const int&) -> async<void> { co_await go; })
          .run();
  sweet::testing::wait_until_idle(rt);
  const auto tree = rt.dump();
  for (const char* name : {"numbers", "collector", "router", "receiver 0", "receiver 1"})
    BOOST_TEST(tree.find(name) != std::string::npos, name << " is missing in\n" << tree);
  BOOST_TEST(stream.counts().emitted == 1u);
  BOOST_TEST(stream.counts().processed == 0u);
  go.set();
  BOOST_TEST(stream.await_final_event().is_ok());
  BOOST_TEST(stream.await_final_event().is_ok()); // many waiters, valid after the end
}

BOOST_AUTO_TEST_CASE(a_description_can_be_started_many_times) {
  const auto described = async_task::emits<int>(rt).sender(up_to(50)).receiver(
      strategy::parallel{2}, [seen = 0](int) mutable { return ++seen; });
  const auto a = described.run();
  const auto b = described.run();
  BOOST_TEST(a.await_final_event().collected.items.size() == 50u);
  BOOST_TEST(b.await_final_event().collected.items.size() == 50u);
}

BOOST_AUTO_TEST_CASE(wrong_descriptions_are_refused) {
  const auto emits = async_task::emits<int>(rt);
  BOOST_CHECK_THROW(emits.sender(up_to(1)).run(), std::invalid_argument);
  BOOST_CHECK_THROW(emits.receiver(strategy::serial{}, twice).run(), std::invalid_argument);
  BOOST_CHECK_THROW(emits.receiver(strategy::batched{}, twice), std::invalid_argument);
  BOOST_CHECK_THROW(emits.receiver(strategy::serial{}, [](batch<int>&) {}), std::invalid_argument);
  BOOST_CHECK_THROW(emits.capacity(0), std::invalid_argument);
  BOOST_CHECK_THROW(strategy::parallel{0}, std::invalid_argument);
  BOOST_CHECK_THROW((strategy::batched{0, 1s}), std::invalid_argument);
  BOOST_CHECK_THROW((strategy::batched{1, 0s}), std::invalid_argument);
  BOOST_CHECK_THROW((strategy::batched{100'000, 1s}), std::invalid_argument);
  BOOST_CHECK_THROW(strategy::serial{}.timeout(0s), std::invalid_argument);
  BOOST_CHECK_THROW(strategy::parallel{}.rate_limit({.per_second = 0}), std::invalid_argument);
}

BOOST_FIXTURE_TEST_CASE(one_worker_is_enough, single_worker_fixture) {
  const auto end = async_task::emits<int>(rt)
                       .sender(std::views::iota(0, 100'000))
                       .receiver(strategy::parallel{4}, twice)
                       .receiver(strategy::serial{}, twice)
                       .fold(std::int64_t{0}, [](std::int64_t& sum, int x) { sum += x; })
                       .await_final_event();
  BOOST_TEST(end.collected == 4 * std::int64_t{99'999} * 50'000);
}

BOOST_FIXTURE_TEST_CASE(a_callable_sender_gives_its_worker_away_while_it_waits,
                        single_worker_fixture) {
  const auto end = async_task::emits<int>(rt)
                       .sender([](emitter<int>& out) {
                         for (int i = 0; i < 10'000; ++i)
                           out.emit(i).await();
                       })
                       .receiver(strategy::serial{}, twice)
                       .await_final_event();
  BOOST_TEST(end.collected.items.size() == 10'000u);
}

BOOST_AUTO_TEST_CASE(a_coroutine_takes_item_by_item) {
  for (const bool with_receiver : {false, true}) {
    const auto taken =
        rt.spawn([=](task_context ctx) -> async<std::int64_t> {
            const auto emits = async_task::emits<int>(ctx).sender(std::views::iota(0, 10'000));
            auto items = with_receiver ? emits.receiver(strategy::parallel{2}, twice).stream()
                                       : emits.receiver(strategy::serial{}, twice).stream();
            std::int64_t sum = 0;
            while (const auto x = co_await items.next())
              sum += *x;
            expect(!co_await items.next());
            co_return sum;
          }).await();
    BOOST_TEST(taken.value() == std::int64_t{9'999} * 10'000);
  }
}

BOOST_AUTO_TEST_CASE(the_events_of_a_sender_are_taken_without_a_receiver) {
  const auto taken =
      rt.spawn([](task_context ctx) -> async<bool> {
          auto items =
              async_task::emits<int>(ctx)
                  .capacity(10)
                  .sender([](task_context c, emitter<int>& out) { return count_to(c, out, 5'000); })
                  .stream();
          int next = 0;
          while (const auto x = co_await items.next())
            expect(*x == next++);
          const auto end = co_await items.task();
          co_return next == 5'000 &&
              end.counts == event_counts{.emitted = 5'000, .processed = 5'000};
        }).await();
  BOOST_TEST(taken.value());
}

BOOST_AUTO_TEST_CASE(who_takes_item_by_item_holds_the_sender_back) {
  std::atomic<int> emitted{0};
  auto items = async_task::emits<int>(rt)
                   .capacity(64)
                   .sender([&](emitter<int>& out) -> async<void> {
                     for (int i = 0;; ++i) {
                       co_await out.emit(i);
                       ++emitted;
                     }
                   })
                   .receiver(strategy::parallel{2}, twice)
                   .stream();
  sweet::testing::wait_until_idle(rt);
  BOOST_TEST(emitted < 10'000);
  const auto before = emitted.load();
  const auto task = items.task();
  const auto taken = rt.spawn([&]() -> async<int> {
                         int n = 0;
                         for (; n < 5'000; ++n)
                           expect((co_await items.next()).has_value());
                         co_return n;
                       }).await();
  BOOST_TEST(taken.value() == 5'000);
  BOOST_TEST(emitted > before);
  {
    const auto dropped = std::move(items); // who drops it kills the stream
  }
  BOOST_TEST(task.await_final_event().kind == event_kind::cancellation);
}

BOOST_AUTO_TEST_CASE(a_stream_that_fails_tells_who_takes_its_items) {
  const auto taken = rt.spawn([](task_context ctx) -> async<std::string> {
                         auto items = async_task::emits<int>(ctx.runtime())
                                          .sender(std::views::iota(0, 100))
                                          .receiver(strategy::serial{},
                                                    [](int x) {
                                                      if (x == 50)
                                                        throw std::runtime_error{"fifty"};
                                                      return x;
                                                    })
                                          .stream();
                         int n = 0;
                         try {
                           while (co_await items.next())
                             ++n;
                         } catch (const task_failure& e) {
                           co_return std::to_string(n) + ' ' + e.error().message();
                         }
                         co_return "no error";
                       }).await();
  BOOST_TEST(taken.value() == "50 fifty");
}

BOOST_AUTO_TEST_CASE(a_stream_that_never_runs_tells_who_takes_its_items) {
  const auto taken =
      rt.spawn([](task_context ctx) -> async<bool> {
          auto items = async_task::emits<int>(ctx.runtime()).sender(std::views::iota(0)).stream();
          items.task().cancel(cancellation_level::kill);
          try {
            while (co_await items.next())
              continue;
          } catch (const task_failure& e) {
            co_return e.error().code() == error_code::cancelled;
          }
          co_return false;
        }).await();
  BOOST_TEST(taken.value());
}

BOOST_AUTO_TEST_CASE(a_coroutine_takes_what_there_is) {
  const auto taken =
      rt.spawn([](task_context ctx) -> async<bool> {
          auto items = async_task::emits<int>(ctx).sender(std::views::iota(0, 5'000)).stream();
          expect(*co_await items.next() == 0);
          int next = 1;
          for (;;) {
            const auto some = co_await items.next_chunk();
            if (some.empty())
              break;
            for (const int x : some)
              expect(x == next++);
          }
          expect((co_await items.next_chunk()).empty());
          co_return next == 5'000;
        }).await();
  BOOST_TEST(taken.value());
}

BOOST_AUTO_TEST_CASE(several_senders_emit_at_once) {
  const auto described = async_task::emits<int>(rt).sender(
      strategy::parallel{4}, [](emitter<int>& out, std::size_t index) -> async<void> {
        for (auto i = static_cast<int>(index); i < 10'000; i += 4)
          co_await out.emit(i);
      });
  const auto end = described.receiver(strategy::parallel{2}, [](int x) { return x; })
                       .into<std::set<int>>()
                       .await_final_event();
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.collected.size() == 10'000u);
  BOOST_TEST(end.counts == (event_counts{.emitted = 10'000, .processed = 10'000}));
  BOOST_CHECK_THROW(
      async_task::emits<int>(rt).sender(strategy::parallel{2}.ordered(), [](emitter<int>&) {}),
      std::invalid_argument);
}

BOOST_AUTO_TEST_CASE(senders_stop_when_one_of_them_fails) {
  const auto end =
      async_task::emits<int>(rt)
          .sender(strategy::parallel{3},
                  [](task_context ctx, emitter<int>& out, std::size_t index) -> async<void> {
                    co_await out.emit(static_cast<int>(index));
                    if (index == 2)
                      throw std::runtime_error{"one of them"};
                    co_await ctx.sleep_for(1h);
                  })
          .receiver(strategy::serial{}, [](int x) { return x; })
          .await_final_event();
  BOOST_TEST(end.error.message() == "one of them");
  BOOST_TEST(end.counts.is_balanced(), end.counts);
}

BOOST_AUTO_TEST_CASE(a_range_that_throws_ends_the_sender_after_what_came_before) {
  const auto end =
      async_task::emits<int>(rt)
          .sender([](emitter<int>& out) -> async<void> {
            co_await out.emit_all(std::views::iota(0, 100) | std::views::transform([](int i) {
                                    if (i == 70)
                                      throw std::runtime_error{"no 70"};
                                    return i;
                                  }));
          })
          .receiver(strategy::serial{}, [](int x) { return x; })
          .await_final_event();
  BOOST_TEST(end.kind == event_kind::error);
  BOOST_TEST(end.counts.emitted == 70u);
  BOOST_TEST(end.counts.is_balanced(), end.counts);
}

BOOST_AUTO_TEST_CASE(a_range_without_end_stops_with_its_sender) {
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    const auto stream =
        async_task::emits<int>(rt)
            .sender([](emitter<int>& out) -> async<void> {
              co_await out.emit_all(std::views::iota(0));
            })
            .receiver(strategy::serial{},
                      [](task_context ctx, int) -> async<void> { co_await ctx.sleep_for(1h); })
            .run();
    wait_until_idle(rt);
    stream.drain();
    stream.cancel(level);
    for (int i = 0; i < 2'000 && !stream.is_done(); ++i)
      advance(1h);
    const auto end = stream.await_final_event();
    BOOST_TEST(end.kind == event_kind::cancellation);
    BOOST_TEST(end.counts.is_balanced(), end.counts);
  }
}

BOOST_AUTO_TEST_CASE(a_thread_of_the_senders_own_emits_and_cannot_wait) {
  std::string why;
  const auto end = async_task::emits<int>(rt)
                       .capacity(64)
                       .sender([&](emitter<int>& out) {
                         std::jthread{[&] {
                           int n = 0;
                           while (n < 10'000 && out.try_emit(n))
                             ++n;
                           // There is room until the receiver has it all; then await() has to wait.
                           try {
                             for (; n < 10'000'000; ++n)
                               out.emit(n).await();
                           } catch (const std::logic_error& e) {
                             why = e.what();
                           }
                         }}.join();
                       })
                       .receiver(strategy::serial{},
                                 [](task_context ctx, int x) -> async<int> {
                                   co_await ctx.yield();
                                   co_return x;
                                 })
                       .await_final_event();
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.counts.is_balanced(), end.counts);
  BOOST_TEST(why.starts_with("emit().await(): this thread runs no task"));
}

BOOST_AUTO_TEST_CASE(emit_starts_a_serial_stream_under_the_root_or_a_task) {
  const auto end = emit<int>(rt, std::views::iota(0, 100), twice).await_final_event();
  BOOST_TEST(end.collected.items.size() == 100u);
  BOOST_TEST(std::ranges::is_sorted(end.collected.items));

  auto task = rt.spawn([](task_context ctx) -> async<std::string> {
    async_event go;
    const auto sends = [&go](emitter<std::string>& out) -> async<void> {
      co_await go;
      const std::vector<std::string> words{"a",
                                           "bc"}; // in the wait, g++ 14 ends in an internal error
      co_await out.emit_all(words);
    };
    auto lengths =
        emit<std::string>(ctx, sends, [](const std::string& word) { return word.size(); });
    const bool is_child = ctx.children() == std::vector{lengths.id()};
    go.set();
    auto last = co_await lengths;
    co_return std::to_string(is_child) + std::to_string(last.collected.items.at(1));
  });
  BOOST_TEST(task.await().value() == "12");
}

BOOST_AUTO_TEST_SUITE_END()
