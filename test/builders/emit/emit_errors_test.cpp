// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Events that fail: what the stream does about it, and that all are accounted for.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::wait_until_idle;

namespace emit_errors_test {
namespace {

int no_tens(const int& x) {
  if (x % 10 == 0)
    throw std::runtime_error{"a ten: " + std::to_string(x)};
  return x;
}

task_result<int> no_tens_by_value(int x) {
  if (x % 10 == 0)
    return task_error{error_code::invalid_data, "a ten"};
  return x;
}

/// Gives an error whenever it is asked, read by a thread of its own.
struct error_source {
  using value_type = int;
  struct reader {
    std::optional<task_result<int>> next() {
      ++*made;
      return std::optional<task_result<int>>{task_error{error_code::io, "down"}};
    }
    std::atomic<int>* made;
  };
  reader open() const { return {made}; }
  std::atomic<int>* made;
};

async<int> no_tens_later(task_context ctx, const int& x) {
  co_await ctx.yield();
  co_return no_tens(x);
}

} // namespace
} // namespace emit_errors_test

BOOST_FIXTURE_TEST_SUITE(emit_errors_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(by_default_the_first_error_ends_the_stream) {
  const auto end = async_task::emits<int>(rt)
                       .name("numbers")
                       .sender(std::views::iota(1, 1'000'000))
                       .receiver(strategy::serial{}, no_tens)
                       .await_final_event();
  BOOST_TEST(end.kind == event_kind::error);
  BOOST_TEST(end.error.code() == error_code::failure);
  BOOST_TEST(end.error.message() == "a ten: 10");
  BOOST_TEST(end.counts.is_balanced(), end.counts);
  BOOST_TEST(end.counts.processed == 9u);
  BOOST_TEST(end.counts.failed == 1u);
  BOOST_TEST(end.collected.items.size() == 9u);
  BOOST_TEST(end.errors.size() == 1u);
  BOOST_TEST(end.errors.front().sequence == 9u);
}

BOOST_AUTO_TEST_CASE(the_task_fails_with_the_error_of_the_stream) {
  const auto stream = async_task::emits<int>(rt)
                          .sender(std::views::iota(1))
                          .receiver(strategy::parallel{2}, no_tens)
                          .run();
  const auto outcome = stream.await();
  BOOST_TEST(outcome.is_err());
  BOOST_TEST(outcome.error().code() == error_code::failure);
  BOOST_TEST(stream.status() == task_status::failed);
  const auto thrown = rt.spawn([&]() -> async<bool> {
                          try {
                            static_cast<void>(co_await stream);
                          } catch (const task_failure& e) {
                            co_return e.error().code() == error_code::failure;
                          }
                          co_return false;
                        }).await();
  BOOST_TEST(thrown.value());
}

BOOST_AUTO_TEST_CASE(a_parent_fails_with_a_stream_of_its_own) {
  const auto parent = rt.spawn([](task_context ctx) -> async<void> {
                          const auto stream = async_task::emits<int>(ctx)
                                                  .sender(std::views::iota(1, 100))
                                                  .receiver(strategy::serial{}, no_tens)
                                                  .run();
                          const auto end = co_await stream.final();
                          static_cast<void>(end);
                        }).await();
  BOOST_TEST(parent.is_err());
}

BOOST_AUTO_TEST_CASE(errors_are_kept_and_counted) {
  const auto described = async_task::emits<int>(rt)
                             .on_error(error_strategy::continue_on_error())
                             .sender(std::views::iota(0, 20'000));
  const auto check = [](const auto& end) {
    BOOST_TEST(end.is_ok());
    BOOST_TEST(end.counts ==
               (event_counts{.emitted = 20'000, .processed = 18'000, .failed = 2'000}));
    BOOST_TEST(end.error_count == 2'000u);
    BOOST_TEST(end.errors.size() == 1'000u);
    BOOST_TEST(end.collected.items.size() == 18'000u);
    for (const auto& error : end.errors)
      BOOST_TEST(error.sequence % 10 == 0u);
  };
  check(described.receiver(strategy::serial{}, no_tens).await_final_event());
  check(described.receiver(strategy::parallel{3}, no_tens).await_final_event());
  check(described.receiver(strategy::parallel{3}.ordered(), no_tens).await_final_event());
  check(described.receiver(strategy::parallel{3}, no_tens_by_value).await_final_event());
  check(described.receiver(strategy::parallel{3}, no_tens_later).await_final_event());
}

BOOST_AUTO_TEST_CASE(an_event_is_tried_again) {
  for (const bool later : {false, true}) {
    std::map<int, int> tries;
    const auto described = async_task::emits<int>(rt)
                               .on_error(error_strategy::retry(2))
                               .sender(std::views::iota(0, 10));
    const auto once_more = [&tries](int x) {
      if (++tries[x] <= x % 5)
        throw std::runtime_error{"not yet"};
      return x;
    };
    const auto end =
        later ? described
                    .receiver(strategy::serial{},
                              [&](const int& x) -> async<int> { co_return once_more(x); })
                    .await_final_event()
              : described.receiver(strategy::serial{}, once_more).await_final_event();
    BOOST_TEST(end.is_ok());
    BOOST_TEST((end.collected.items == std::vector<int>{0, 1, 2, 5, 6, 7}));
    BOOST_TEST(end.counts == (event_counts{.emitted = 10, .processed = 6, .failed = 4}));
    for (int x = 0; x < 10; ++x)
      BOOST_TEST(tries[x] == std::min(3, x % 5 + 1));
  }
}

BOOST_AUTO_TEST_CASE(attempts_wait_as_the_backoff_says) {
  std::atomic<int> tries{0};
  const auto stream =
      async_task::emits<int>(rt)
          .on_error(error_strategy::retry(
              3, backoff::exponential(std::chrono::milliseconds{100}).without_jitter()))
          .sequence({1})
          .receiver(strategy::serial{},
                    [&](int) {
                      ++tries;
                      throw std::runtime_error{"never"};
                    })
          .run();
  wait_until_idle(rt);
  BOOST_TEST(tries == 1);
  advance(99ms);
  BOOST_TEST(tries == 1);
  advance(2ms);
  BOOST_TEST(tries == 2);
  advance(201ms);
  BOOST_TEST(tries == 3);
  advance(401ms);
  BOOST_TEST(tries == 4);
  BOOST_TEST(stream.await_final_event().counts.failed == 1u);
}

BOOST_AUTO_TEST_CASE(a_predicate_decides_which_errors_end_the_stream) {
  const auto run = [&](error_strategy::predicate goes_on) {
    return async_task::emits<int>(rt)
        .on_error(error_strategy::custom(std::move(goes_on)))
        .sender(std::views::iota(1, 100))
        .receiver(strategy::serial{}, no_tens)
        .await_final_event();
  };
  const auto end = run([](const task_error& e) { return e.message() != "a ten: 30"; });
  BOOST_TEST(end.error.message() == "a ten: 30");
  BOOST_TEST(end.counts.failed == 3u);
  BOOST_TEST(end.counts.processed == 27u);
  const auto thrown =
      run([](const task_error&) -> bool { throw std::runtime_error{"cannot tell"}; });
  BOOST_TEST(thrown.error.message() == "cannot tell");
  BOOST_TEST(thrown.error.cause().message() == "a ten: 10");
}

BOOST_AUTO_TEST_CASE(a_handler_says_itself_that_an_event_is_bad) {
  const auto end = async_task::emits<int>(rt)
                       .sender(std::views::iota(0, 50))
                       .receiver(strategy::parallel{2},
                                 [](const int& x, collector<int>& out) {
                                   if (x % 10 == 0)
                                     out.collect_error(task_error{error_code::invalid_data, "ten"});
                                   else
                                     out.collect_item(x);
                                 })
                       .await_final_event();
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.counts == (event_counts{.emitted = 50, .processed = 45, .failed = 5}));
  BOOST_TEST(end.errors.size() == 5u);
}

BOOST_AUTO_TEST_CASE(a_handler_starts_afresh_after_a_failure) {
  const auto end = async_task::emits<int>(rt)
                       .on_error(error_strategy::continue_on_error())
                       .sender(std::views::iota(0, 5))
                       .receiver(strategy::serial{},
                                 [seen = 0](int x) mutable {
                                   ++seen;
                                   if (x == 2)
                                     throw std::runtime_error{"broken"};
                                   return seen;
                                 })
                       .await_final_event();
  BOOST_TEST((end.collected.items == std::vector<int>{1, 2, 1, 2}));
}

BOOST_AUTO_TEST_CASE(a_whole_batch_fails_with_its_handler) {
  std::atomic<int> calls{0};
  const auto end = async_task::emits<int>(rt)
                       .on_error(error_strategy::retry(1))
                       .sender(std::views::iota(0, 100))
                       .receiver(strategy::batched{50, 1h},
                                 [&](batch<int>& all) {
                                   ++calls;
                                   if (all[0] == 0)
                                     throw std::runtime_error{"no"};
                                 })
                       .await_final_event();
  BOOST_TEST(end.counts == (event_counts{.emitted = 100, .processed = 50, .failed = 50}));
  BOOST_TEST(calls == 3);
}

BOOST_AUTO_TEST_CASE(an_event_has_its_time) {
  const auto stream = async_task::emits<int>(rt)
                          .on_error(error_strategy::continue_on_error())
                          .sender(std::views::iota(0, 4))
                          .receiver(strategy::parallel{4}.timeout(100ms),
                                    [](task_context ctx, int x) -> async<int> {
                                      co_await ctx.sleep_for(x % 2 == 0 ? 1ms : 1h);
                                      co_return x;
                                    })
                          .run();
  advance(2ms);
  advance(101ms);
  const auto end = stream.await_final_event();
  BOOST_TEST(end.counts == (event_counts{.emitted = 4, .processed = 2, .failed = 2}));
  for (const auto& error : end.errors)
    BOOST_TEST(error.error.code() == error_code::timeout);

  const auto late = async_task::emits<int>(rt)
                        .on_error(error_strategy::continue_on_error())
                        .sequence({1, 2})
                        .receiver(strategy::serial{}.timeout(100ms),
                                  [this](int x) {
                                    if (x == 1)
                                      time.advance(101ms);
                                    return x;
                                  })
                        .await_final_event();
  BOOST_TEST((late.collected.items == std::vector<int>{2}));
  BOOST_TEST(late.counts == (event_counts{.emitted = 2, .processed = 1, .failed = 1}));
}

BOOST_AUTO_TEST_CASE(errors_of_the_sender_are_events) {
  const auto described = async_task::emits<int>(rt).sender([](emitter<int>& out) -> async<void> {
    co_await out.emit(1);
    co_await out.emit_error(task_error{error_code::invalid_data, "line 2: no number"});
    co_await out.emit(3);
  });
  const auto receive = [](const auto& from) {
    return from.receiver(strategy::serial{}, [](int x) { return x; }).await_final_event();
  };
  const auto stopped = receive(described);
  BOOST_TEST(stopped.error.message() == "line 2: no number");
  BOOST_TEST(stopped.counts.is_balanced(), stopped.counts);
  const auto all = receive(described.on_error(error_strategy::retry(3)));
  BOOST_TEST(all.is_ok());
  BOOST_TEST((all.collected.items == std::vector<int>{1, 3}));
  BOOST_TEST(all.counts == (event_counts{.emitted = 3, .processed = 2, .failed = 1}));
  BOOST_TEST(all.errors.at(0).sequence == 1u);
}

// Whatever a handler starts belongs to its event: a child that fails, awaited or not, fails that
// one.
BOOST_AUTO_TEST_CASE(a_failed_child_of_a_handler_fails_its_event_alone) {
  const auto described = async_task::emits<int>(rt)
                             .on_error(error_strategy::continue_on_error())
                             .sender(std::views::iota(0, 200));
  const auto every_fifth = [](int x) {
    if (x % 5 == 0)
      throw std::runtime_error{"bad"};
    return x;
  };
  const auto check = [](const auto& builder) {
    const auto end = builder.await_final_event();
    BOOST_TEST(end.is_ok());
    BOOST_TEST(end.counts == (event_counts{.emitted = 200, .processed = 160, .failed = 40}));
    BOOST_TEST(end.collected.items.size() == 160u);
    for (const auto& error : end.errors)
      BOOST_TEST(error.sequence % 5 == 0u);
  };
  const auto awaits = [&](task_context ctx, int x) {
    return ctx.spawn(every_fifth, x).await().unwrap_or(-1);
  };
  const auto rethrows = [&](task_context ctx, const int& x) {
    return ctx.spawn(every_fifth, x).await().value();
  };
  const auto collects = [&](task_context ctx, const int& x, collector<int>& out) {
    out.collect_item(x);
    static_cast<void>(ctx.spawn(every_fifth, x));
  };
  const auto suspends = [&](task_context ctx, int x) -> async<int> {
    auto child = ctx.spawn(every_fifth, x);
    co_return (co_await child.result()).unwrap_or(-1);
  };
  const auto all = [&](const auto& how) {
    check(described.receiver(how, awaits));
    check(described.receiver(how, rethrows));
    check(described.receiver(how, collects));
    check(described.receiver(how, suspends));
  };
  all(strategy::serial{});
  all(strategy::parallel{2});
  all(strategy::parallel{3}.ordered());
  all(strategy::parallel{2}.partition_by([](const int& x) { return x % 7; }));
  all(strategy::parallel{2}.routed_by([] { return std::make_unique<round_robin>(); }));
  all(strategy::adaptive{});
  all(strategy::parallel{2}.timeout(1h));

  const auto batches = described
                           .receiver(strategy::batched{10, 1h},
                                     [&](task_context ctx, batch<int>& some, collector<int>& out) {
                                       for (const int x : some)
                                         out.collect_item(x);
                                       static_cast<void>(ctx.spawn(every_fifth, some[0] / 10));
                                     })
                           .await_final_event();
  BOOST_TEST(batches.counts == (event_counts{.emitted = 200, .processed = 160, .failed = 40}));
  BOOST_TEST(batches.collected.items.size() == 160u);
}

// A function that returns a coroutine runs in the receiver, so what it starts is no event's.
BOOST_AUTO_TEST_CASE(what_a_function_starts_before_its_coroutine_fails_nobody) {
  const auto end =
      async_task::emits<int>(rt)
          .on_error(error_strategy::continue_on_error())
          .sender(std::views::iota(0, 20))
          .receiver(strategy::parallel{2},
                    [](task_context ctx, const int& x) {
                      static_cast<void>(ctx.spawn([] { throw std::runtime_error{"bad"}; }));
                      if (x % 10 == 0)
                        throw std::runtime_error{"no coroutine at all"};
                      return no_tens_later(ctx, x);
                    })
          .await_final_event();
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.counts == (event_counts{.emitted = 20, .processed = 18, .failed = 2}));
}

// What failed attempts have collected goes nowhere, be it one item or several chunks of them.
BOOST_AUTO_TEST_CASE(a_failed_attempt_has_collected_nothing) {
  for (const int many : {1, 7, 64, 200}) {
    std::atomic<int> tries{0};
    std::vector<std::uint64_t> collected;
    const auto described = async_task::emits<int>(rt)
                               .on_error(error_strategy::retry(1))
                               .sender(std::views::iota(0, 30));
    const auto once_more = [&, many](int x, collector<int, int>& out) {
      for (int i = 0; i < many; ++i)
        out.collect_item(x);
      out.collect(x, x);
      collected.push_back(out.collected());
      if (x % 3 == 0 && ++tries % 2 != 0)
        throw std::runtime_error{"once more"};
      if (x == 7)
        throw std::runtime_error{"never"};
      if (x == 8)
        out.collect_error(task_error{error_code::invalid_data, "an eight"});
    };
    const auto check = [&](const auto& end) {
      std::vector<int> expected;
      std::map<int, int> keyed;
      for (int x = 0; x < 30; ++x)
        if (x != 7 && x != 8) {
          expected.insert(expected.end(), static_cast<std::size_t>(many), x);
          keyed[x] = x;
        }
      BOOST_TEST(end.counts == (event_counts{.emitted = 30, .processed = 28, .failed = 2}));
      BOOST_TEST((end.collected.items == expected));
      BOOST_TEST((end.collected.by_key == keyed));
      BOOST_TEST(collected.back() == static_cast<std::uint64_t>(28 * (many + 1)));
    };
    check(described.receiver(strategy::serial{}, once_more).await_final_event());
    check(described.receiver(strategy::parallel{1}.ordered(), once_more).await_final_event());
    check(described
              .receiver(strategy::serial{},
                        [&](task_context, int x, collector<int, int>& out) { once_more(x, out); })
              .await_final_event());
    check(described
              .receiver(strategy::serial{},
                        [&](int x, collector<int, int>& out) -> async<void> {
                          once_more(x, out);
                          co_return;
                        })
              .await_final_event());
    const auto next = described
                          .receiver(strategy::serial{},
                                    [&](int x, collector<int>& out) {
                                      for (int i = 0; i < many; ++i)
                                        out.collect_item(x);
                                      if (x % 3 == 0 && ++tries % 2 != 0)
                                        throw std::runtime_error{"once more"};
                                    })
                          .receiver(strategy::serial{}, [](int x) { return x; })
                          .await_final_event();
    BOOST_TEST(next.collected.items.size() == static_cast<std::size_t>(30 * many));
  }
}

BOOST_AUTO_TEST_CASE(a_failed_batch_has_collected_nothing) {
  int calls = 0;
  const auto end = async_task::emits<int>(rt)
                       .on_error(error_strategy::retry(1))
                       .sender(std::views::iota(0, 100))
                       .receiver(strategy::batched{10, 1h},
                                 [&](const batch<int>& some, collector<int>& out) {
                                   for (const int x : some)
                                     out.collect_item(x);
                                   if (++calls == 1)
                                     throw std::runtime_error{"once more"};
                                   if (some[0] == 50)
                                     out.collect_error(task_error{error_code::io, "the fifties"});
                                 })
                       .await_final_event();
  BOOST_TEST(end.is_ok());
  BOOST_TEST(end.counts == (event_counts{.emitted = 100, .processed = 90, .failed = 10}));
  BOOST_TEST(end.collected.items.size() == 90u);
  BOOST_TEST(end.errors.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_event_that_took_too_long_has_collected_nothing) {
  const auto in_time = strategy::serial{}.timeout(100ms);
  const auto check = [](const auto& end) {
    BOOST_TEST(end.counts == (event_counts{.emitted = 3, .failed = 3}));
    BOOST_TEST(end.collected.items.empty());
    for (const auto& error : end.errors)
      BOOST_TEST(error.error.code() == error_code::timeout);
  };
  const auto waits = [](task_context ctx) -> async<void> { co_await ctx.sleep_for(1h); };
  for (const auto& how : {error_strategy::continue_on_error(), error_strategy::retry(2)}) {
    const auto described = async_task::emits<int>(rt).on_error(how).sender(std::views::iota(0, 3));
    check(described
              .receiver(in_time,
                        [this](int x) {
                          time.advance(101ms);
                          return x;
                        })
              .await_final_event());
    check(described
              .receiver(in_time,
                        [this](int x, collector<int>& out) {
                          out.collect_item(x);
                          time.advance(101ms);
                        })
              .await_final_event());
    check(described
              .receiver(strategy::batched{1, 1h}.timeout(100ms),
                        [this](batch<int>& some, collector<int>& out) {
                          out.collect_item(some[0]);
                          time.advance(101ms);
                        })
              .await_final_event());
    const auto check_waiting = [&](const auto& handler) {
      const auto stream = described.receiver(in_time, handler).run();
      for (int i = 0; i < 20 && !stream.is_done(); ++i)
        advance(101ms);
      check(stream.await_final_event());
    };
    check_waiting([&](task_context ctx, int x, collector<int>& out) -> async<void> {
      out.collect_item(x);
      co_await waits(ctx);
    });
    check_waiting([&](task_context ctx, int x) {
      try {
        ctx.spawn(waits).await().unwrap();
      } catch (const cancelled&) {
        return x; // all the same
      }
      return -1;
    });
  }
}

// Whatever a handler has done to an event: it is tried again with the event as it came, or not at
// all.
BOOST_AUTO_TEST_CASE(an_event_is_tried_again_whole_or_not_at_all) {
  const auto ten = async_task::emits<int>(rt)
                       .on_error(error_strategy::retry(2))
                       .sender(std::views::iota(0, 10))
                       .receiver(strategy::serial{}, [](int x) { return std::to_string(x + 100); });
  int whole = 0;
  int spoilt = 0;
  const auto fail_with = [&](std::string taken) {
    ++(taken.size() == 3 ? whole : spoilt);
    throw std::runtime_error{"no"};
  };
  const auto check = [&](const char* what, const auto& builder, int attempts) {
    BOOST_TEST_CONTEXT(what) {
      whole = spoilt = 0;
      const auto end = builder.await_final_event();
      BOOST_TEST(end.further_stages.back() == (event_counts{.emitted = 10, .failed = 10}));
      BOOST_TEST(whole == attempts);
      BOOST_TEST(spoilt == 0);
    }
  };
  const auto one = strategy::serial{};
  check("by value", ten.receiver(one, [&](std::string x) { fail_with(std::move(x)); }), 30);
  check("rvalue", ten.receiver(one, [&](std::string&& x) { fail_with(std::move(x)); }), 30);
  check("reference", ten.receiver(one, [&](std::string& x) { fail_with(std::move(x)); }), 30);
  check("with context",
        ten.receiver(one, [&](task_context, std::string x) { fail_with(std::move(x)); }), 30);
  check("coroutine",
        ten.receiver(one,
                     [&](std::string x) -> async<void> {
                       fail_with(std::move(x));
                       co_return;
                     }),
        30);
  check("batch",
        ten.receiver(strategy::batched{5, 1h},
                     [&](batch<std::string>& some) {
                       std::string all;
                       for (auto& x : some)
                         all += std::exchange(x, {});
                       fail_with(all.size() == 15 ? "all" : "");
                     }),
        6);

  const auto movable =
      ten.receiver(one, [](const std::string& x) { return std::make_unique<std::string>(x); });
  using box = std::unique_ptr<std::string>;
  check("move-only", movable.receiver(one, [&](box x) { fail_with(x ? *x : ""); }), 10);
  check("move-only, rvalue",
        movable.receiver(one, [&](box&& x) { fail_with(x ? *std::exchange(x, {}) : ""); }), 10);
  check("move-only, looked at", movable.receiver(one, [&](const box& x) { fail_with(*x); }), 30);
  check("move-only, batch",
        movable.receiver(
            strategy::batched{10, 1h},
            [&](batch<box>& some) { fail_with(some[0] ? *std::exchange(some[0], {}) : ""); }),
        1);
  check("move-only, batch looked at",
        movable.receiver(strategy::batched{10, 1h},
                         [&](const batch<box>& some) { fail_with(*some[0]); }),
        3);
}

// Sources that never give a value: nothing but the errors can tell them to stop, or to wait.
BOOST_AUTO_TEST_CASE(a_sender_of_nothing_but_errors_waits_and_is_stopped) {
  std::atomic<int> made{0};
  const auto check = [&](const char* what, const auto& sender) {
    BOOST_TEST_CONTEXT(what) {
      const auto described = async_task::emits<int>(rt).sender(sender);
      const auto first = described.receiver(strategy::serial{}, [](int) {}).await_final_event();
      BOOST_TEST(first.error.message() == "down");
      BOOST_TEST(first.error_count == first.counts.failed);
      BOOST_TEST(first.counts.is_balanced(), first.counts);

      std::atomic<int> most_ahead{0};
      std::atomic<int> told{0};
      made = 0;
      const auto counts = [&](const task_error&) {
        const auto ahead = made - ++told;
        most_ahead = std::max(most_ahead.load(), ahead);
        return true;
      };
      const auto goes_on =
          described.on_error(error_strategy::custom(counts)).receiver(strategy::serial{}, [](int) {
          });
      for (const bool drained : {true, false}) {
        const auto stream = goes_on.run();
        while (stream.counts().failed < 1'000)
          std::this_thread::yield();
        if (drained)
          stream.drain();
        else
          stream.cancel();
        const auto end = stream.await_final_event();
        BOOST_TEST(end.kind == (drained ? event_kind::final : event_kind::cancellation));
        BOOST_TEST(end.counts.failed == end.counts.emitted);
        BOOST_TEST(end.error_count == end.counts.emitted);
      }
      BOOST_TEST(most_ahead <= 100);
    }
  };
  check("generated", source::generate([&] {
          ++made;
          return std::optional<task_result<int>>{task_error{error_code::io, "down"}};
        }));
  check("read by a thread", error_source{&made});
  check("coroutine", [&](emitter<int>& out) -> async<void> {
    for (;;) {
      ++made;
      co_await out.emit_error(task_error{error_code::io, "down"});
    }
  });
  check("callable", [&](emitter<int>& out) {
    for (;;) {
      ++made;
      out.emit_error(task_error{error_code::io, "down"}).await();
    }
  });
}

BOOST_AUTO_TEST_CASE(errors_of_the_sender_are_told_without_a_receiver_too) {
  const auto taken = [&](error_strategy how) {
    return rt
        .spawn([&rt = rt, how]() -> async<std::string> {
          auto numbers = async_task::emits<int>(rt)
                             .on_error(how)
                             .sender([](emitter<int>& out) -> async<void> {
                               co_await out.emit(1);
                               co_await out.emit_error(task_error{error_code::invalid_data, "two"});
                               co_await out.emit(3);
                             })
                             .stream();
          const auto task = numbers.task();
          std::string all;
          try {
            while (const auto x = co_await numbers.next())
              all += std::to_string(*x) + ' ';
          } catch (const task_failure& e) {
            all += e.error().message() + ' ';
          }
          const auto end = co_await task.final();
          all += to_string(end.counts);
          for (const auto& error : end.errors)
            all += ", " + std::to_string(error.sequence) + ": " + error.error.message();
          co_return all;
        })
        .await()
        .value();
  };
  BOOST_TEST(taken(error_strategy::continue_on_error()) ==
             "1 3 3 emitted = 2 processed + 1 failed, 1: two");
  BOOST_TEST(taken(error_strategy::stop_on_first()) ==
             "1 two 2 emitted = 1 processed + 1 failed, 1: two");
}

BOOST_AUTO_TEST_CASE(what_the_sender_has_emitted_is_handled_though_it_fails) {
  const auto end = async_task::emits<int>(rt)
                       .sender([](emitter<int>& out) -> async<void> {
                         for (int i = 0; i < 100; ++i)
                           co_await out.emit(i);
                         throw std::runtime_error{"the well is dry"};
                       })
                       .receiver(strategy::parallel{2}, [](int x) { return x; })
                       .await_final_event();
  BOOST_TEST(end.kind == event_kind::error);
  BOOST_TEST(end.error.message() == "the well is dry");
  BOOST_TEST(end.collected.items.size() == 100u);
}

BOOST_AUTO_TEST_CASE(what_other_code_of_the_user_throws_ends_the_stream) {
  const auto emits = async_task::emits<int>(rt).sender(std::views::iota(0, 100'000));
  const auto identity = [](int x) { return x; };
  const auto sink = emits.receiver(strategy::serial{}, identity)
                        .sink([](int x) {
                          if (x == 1'000)
                            throw std::runtime_error{"the sink is full"};
                        })
                        .await_final_event();
  BOOST_TEST(sink.error.message() == "the sink is full");
  BOOST_TEST(sink.collected == 1'000u);
  BOOST_TEST(sink.counts.is_balanced(), sink.counts);

  const auto by = strategy::parallel{2}.partition_by([](const int& x) -> int {
    if (x == 500)
      throw std::runtime_error{"no key"};
    return x;
  });
  const auto key = emits.receiver(by, identity).await_final_event();
  BOOST_TEST(key.error.message() == "no key");
  BOOST_TEST(key.counts.is_balanced(), key.counts);

  struct broken final : routing_policy {
    std::optional<std::size_t> route(std::span<const receiver_load>) override {
      throw std::runtime_error{"no idea"};
    }
  };
  const auto policy =
      emits
          .receiver(strategy::parallel{2}.routed_by([] { return std::make_unique<broken>(); }),
                    identity)
          .await_final_event();
  BOOST_TEST(policy.error.message() == "no idea");
  BOOST_TEST(policy.counts.is_balanced(), policy.counts);
}

BOOST_AUTO_TEST_CASE(a_later_stage_ends_all) {
  const auto end = async_task::emits<int>(rt)
                       .sender(std::views::iota(1))
                       .receiver(strategy::parallel{2}, [](int x) { return x; })
                       .receiver(strategy::serial{}, no_tens)
                       .await_final_event();
  BOOST_TEST(end.error.code() == error_code::failure);
  BOOST_TEST(end.counts.is_balanced(), end.counts);
  BOOST_TEST(end.further_stages.at(0).is_balanced(), end.further_stages.at(0));
  BOOST_TEST(end.further_stages.at(0).failed == 1u);
}

BOOST_AUTO_TEST_CASE(keys_are_for_the_last_stage) {
  const auto end =
      async_task::emits<int>(rt)
          .sequence({1})
          .receiver(strategy::serial{}, [](int x, collector<int>& out) { out.collect("one", x); })
          .receiver(strategy::serial{}, [](int) {})
          .await_final_event();
  BOOST_TEST(end.kind == event_kind::error);
  BOOST_TEST(end.error.message().find("collect_item()") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_event_without_a_key_fails_alone) {
  const auto by = strategy::parallel{2}.partition_by([](const int& x) {
    if (x % 50 == 7)
      throw std::runtime_error{"no key"};
    return x;
  });
  const auto emits = async_task::emits<int>(rt).sender(std::views::iota(0, 200));
  for (const auto& how : {error_strategy::continue_on_error(), error_strategy::retry(2)}) {
    const auto end = emits.on_error(how).receiver(by, [](int x) { return x; }).await_final_event();
    BOOST_TEST(end.is_ok());
    BOOST_TEST(end.counts == (event_counts{.emitted = 200, .processed = 196, .failed = 4}));
    for (const auto& error : end.errors)
      BOOST_TEST(error.sequence % 50 == 7u);
  }
  const auto first = emits.receiver(by, [](int) {}).await_final_event();
  BOOST_TEST(first.error.message() == "no key");
  BOOST_TEST(first.counts.failed == 1u);
}

BOOST_AUTO_TEST_CASE(what_ends_a_source_is_the_error_of_the_stream) {
  const auto end = async_task::emits<std::string>(rt)
                       .sender(source::lines("/no/such/file"))
                       .receiver(strategy::serial{}, [](const std::string&) {})
                       .await_final_event();
  BOOST_TEST(end.error.code() == error_code::io);
  BOOST_TEST(end.error.message() == "/no/such/file: No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()
