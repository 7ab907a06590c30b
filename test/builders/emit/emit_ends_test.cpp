// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// How streams end that are not left alone: cancelled, drained, killed, out of time, out of room.

#include <sweet/sweet.hpp>
#include <sweet/testing/runtime_fixture.hpp>

#include <caf/all.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::runtime_fixture;
using sweet::testing::single_worker_fixture;
using sweet::testing::wait_until_idle;

namespace emit_ends_test {
namespace {

/// Emits what there is at once, then nothing more.
auto burst(int n) {
  return [n](task_context ctx, emitter<int>& out) -> async<void> {
    for (int i = 0; i < n; ++i)
      co_await out.emit(i);
    co_await ctx.sleep_for(1h);
  };
}

/// Gives five numbers, then keeps who reads it until it may go on.
struct waiting_source {
  using value_type = int;
  struct reader {
    std::optional<task_result<int>> next() {
      if (given < 5)
        return std::optional<task_result<int>>{given++};
      while (!*go)
        std::this_thread::yield();
      return std::nullopt;
    }
    std::atomic<bool>* go;
    int given = 0;
  };
  reader open() const { return {go}; }
  std::atomic<bool>* go;
};

/// Counts how many there are.
class counted {
public:
  explicit counted(std::atomic<int>& alive) noexcept : alive_(&alive) { ++*alive_; }
  counted(counted&& other) noexcept : alive_(other.alive_) { ++*alive_; }
  counted& operator=(counted&&) = delete;
  ~counted() { --*alive_; }

private:
  std::atomic<int>* alive_;
};

async<int> slowly(task_context ctx, int x) {
  co_await ctx.sleep_for(10ms);
  co_return x;
}

} // namespace
} // namespace emit_ends_test

BOOST_FIXTURE_TEST_SUITE(emit_ends_test, runtime_fixture)

BOOST_AUTO_TEST_CASE(cancelled_gracefully_it_handles_what_it_has_accepted) {
  const auto stream =
      async_task::emits<int>(rt).sender(burst(100)).receiver(strategy::parallel{10}, slowly).run();
  wait_until_idle(rt);
  stream.cancel();
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(!stream.is_done());
    advance(11ms);
  }
  const auto end = stream.await_final_event();
  BOOST_TEST(end.kind == event_kind::cancellation);
  BOOST_TEST(end.error.code() == error_code::cancelled);
  BOOST_TEST(end.counts == (event_counts{.emitted = 100, .processed = 100}));
  BOOST_TEST(end.collected.items.size() == 100u);
  BOOST_TEST(stream.status() == task_status::cancelled);
}

BOOST_AUTO_TEST_CASE(killed_it_drops_what_waits_and_counts_it) {
  const auto stream =
      async_task::emits<int>(rt).sender(burst(100)).receiver(strategy::parallel{10}, slowly).run();
  wait_until_idle(rt);
  advance(11ms);
  stream.cancel(cancellation_level::kill);
  const auto end = stream.await_final_event();
  BOOST_TEST(end.kind == event_kind::cancellation);
  BOOST_TEST(end.counts == (event_counts{.emitted = 100, .processed = 10, .cancelled = 90}));
}

BOOST_AUTO_TEST_CASE(a_graceful_cancellation_rises_by_itself) {
  const auto stream =
      async_task::emits<int>(rt)
          .sender(burst(10))
          .receiver(strategy::serial{},
                    [](task_context ctx, int) -> async<void> { co_await ctx.sleep_for(1h); })
          .run();
  wait_until_idle(rt);
  stream.cancel();
  advance(4'900ms);
  BOOST_TEST(!stream.is_done());
  advance(200ms);
  const auto end = stream.await_final_event();
  BOOST_TEST(end.counts == (event_counts{.emitted = 10, .cancelled = 10}));
}

BOOST_AUTO_TEST_CASE(a_sender_that_never_waits_is_stopped_all_the_same) {
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    const auto stream = async_task::emits<int>(rt)
                            .sender(std::views::iota(0))
                            .receiver(strategy::parallel{2}, [](int) {})
                            .run();
    while (stream.counts().processed < 1'000)
      std::this_thread::yield();
    stream.cancel(level);
    const auto end = stream.await_final_event();
    BOOST_TEST(end.kind == event_kind::cancellation);
    BOOST_TEST(end.counts.is_balanced(), end.counts);
    if (level == cancellation_level::graceful)
      BOOST_TEST(end.counts.processed == end.counts.emitted);
  }
}

BOOST_AUTO_TEST_CASE(a_callable_sender_is_stopped_where_it_waits_for_room) {
  const auto stream = async_task::emits<int>(rt)
                          .sender([](emitter<int>& out) {
                            for (int i = 0;; ++i)
                              out.emit(i).await();
                          })
                          .receiver(strategy::serial{}, slowly)
                          .run();
  wait_until_idle(rt);
  stream.cancel(cancellation_level::kill);
  const auto end = stream.await_final_event();
  BOOST_TEST(end.counts.is_balanced(), end.counts);
  BOOST_TEST(end.counts.cancelled > 0u);
}

// One worker, which the parent keeps until it waits: the stream can't start before it is cancelled.
BOOST_AUTO_TEST_CASE(a_sender_that_is_stopped_emits_nothing_in_destructors) {
  struct emits_at_end {
    emitter<int>& out;
    ~emits_at_end() {
      static_cast<void>(out.try_emit(-1));
      out.emit(-2).await();
      out.emit_error(task_error{error_code::failure, "too late"}).await();
    }
  };
  for (const auto level : {cancellation_level::graceful, cancellation_level::kill}) {
    const auto stream = async_task::emits<int>(rt)
                            .sender([](task_context ctx, emitter<int>& out) -> async<void> {
                              const emits_at_end late{out};
                              for (int i = 0; i < 3; ++i)
                                co_await out.emit(i);
                              co_await ctx.sleep_for(1h);
                            })
                            .receiver(strategy::serial{}, [](int) {})
                            .run();
    wait_until_idle(rt);
    stream.cancel(level);
    const auto end = stream.await_final_event();
    BOOST_TEST(end.kind == event_kind::cancellation);
    BOOST_TEST(end.counts == (event_counts{.emitted = 3, .processed = 3}));
  }
}

BOOST_FIXTURE_TEST_CASE(cancelled_before_it_starts_it_emits_nothing, single_worker_fixture) {
  const auto parent =
      rt.spawn([](task_context ctx) -> async<bool> {
          const auto stream = async_task::emits<int>(ctx)
                                  .sender(std::views::iota(0))
                                  .receiver(strategy::serial{}, [](int) {})
                                  .run();
          stream.cancel();
          const auto end = co_await stream.final();
          co_return end.kind == event_kind::cancellation&& end.counts == event_counts{};
        }).await();
  BOOST_TEST(parent.value());
}

BOOST_AUTO_TEST_CASE(a_parent_that_is_cancelled_takes_its_stream_along) {
  const auto parent = rt.spawn([](task_context ctx) -> async<void> {
    const auto stream =
        async_task::emits<int>(ctx).sender(burst(10)).receiver(strategy::serial{}, slowly).run();
    co_await stream;
  });
  wait_until_idle(rt);
  parent.cancel();
  for (int i = 0; i < 10; ++i)
    advance(11ms);
  BOOST_TEST(parent.await().error().code() == error_code::cancelled);
}

BOOST_AUTO_TEST_CASE(drained_it_ends_as_if_no_more_had_come) {
  const auto stream =
      async_task::emits<int>(rt).sender(burst(20)).receiver(strategy::parallel{10}, slowly).run();
  wait_until_idle(rt);
  stream.drain();
  advance(11ms);
  advance(11ms);
  const auto end = stream.await_final_event();
  BOOST_TEST(end.kind == event_kind::final);
  BOOST_TEST(!end.error);
  BOOST_TEST(end.counts == (event_counts{.emitted = 20, .processed = 20}));
  BOOST_TEST(stream.status() == task_status::completed);
}

BOOST_AUTO_TEST_CASE(out_of_time_it_tells_what_it_has_collected) {
  const auto stream = async_task::emits<int>(rt)
                          .timeout(35ms)
                          .sender(burst(20))
                          .receiver(strategy::serial{}, slowly)
                          .run();
  for (int i = 0; i < 25; ++i)
    advance(11ms);
  const auto end = stream.await_final_event();
  BOOST_TEST(stream.await().error().code() == error_code::timeout);
  BOOST_TEST(end.kind == event_kind::cancellation);
  BOOST_TEST(end.counts == (event_counts{.emitted = 20, .processed = 20}));
}

BOOST_AUTO_TEST_CASE(past_its_deadline_it_has_its_outcome_at_once) {
  const auto stream = async_task::emits<int>(rt)
                          .deadline(35ms)
                          .sender(burst(20))
                          .receiver(strategy::serial{}, slowly)
                          .run();
  advance(36ms);
  BOOST_TEST(stream.is_done());
  const auto end = stream.await_final_event();
  BOOST_TEST(end.kind == event_kind::error);
  BOOST_TEST(end.error.code() == error_code::timeout);
  for (int i = 0; i < 25; ++i)
    advance(11ms);
}

BOOST_AUTO_TEST_CASE(kill_hard_gives_the_outcome_at_once) {
  const auto stream =
      async_task::emits<int>(rt).sender(burst(20)).receiver(strategy::serial{}, slowly).run();
  wait_until_idle(rt);
  stream.cancel(cancellation_level::kill_hard);
  BOOST_TEST(stream.await_final_event().kind == event_kind::cancellation);
}

BOOST_AUTO_TEST_CASE(a_full_stage_makes_the_sender_wait) {
  std::atomic<int> emitted{0};
  const auto stream = async_task::emits<int>(rt)
                          .capacity(64)
                          .sender([&](emitter<int>& out) -> async<void> {
                            for (int i = 0; i < 100'000; ++i) {
                              co_await out.emit(i);
                              ++emitted;
                            }
                          })
                          .receiver(strategy::serial{}, slowly)
                          .run();
  wait_until_idle(rt);
  BOOST_TEST(emitted <= 64 * 4);
  stream.cancel(cancellation_level::kill);
  BOOST_TEST(stream.await_final_event().counts.is_balanced());
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_dropped_or_fails_if_that_is_wanted) {
  const auto run = [&](event_overflow policy) {
    const auto stream = async_task::emits<int>(rt)
                            .capacity(64)
                            .overflow(policy)
                            .sender(std::views::iota(0, 10'000))
                            .receiver(strategy::serial{}, slowly)
                            .run();
    wait_until_idle(rt);
    stream.drain();
    for (int i = 0; i < 400 && !stream.is_done(); ++i)
      advance(11ms);
    return stream.await_final_event();
  };
  const auto newest = run(event_overflow::drop_newest);
  BOOST_TEST(newest.is_ok());
  BOOST_TEST(newest.counts.emitted == 10'000u);
  BOOST_TEST(newest.counts.is_balanced(), newest.counts);
  BOOST_TEST(newest.counts.dropped > 9'000u);
  BOOST_TEST(newest.collected.items.back() < 1'000);

  const auto oldest = run(event_overflow::drop_oldest);
  BOOST_TEST(oldest.is_ok());
  BOOST_TEST(oldest.counts.emitted == 10'000u);
  BOOST_TEST(oldest.counts.is_balanced(), oldest.counts);
  BOOST_TEST(oldest.counts.dropped > 9'000u);
  BOOST_TEST(oldest.collected.items.back() == 9'999);

  const auto fails = run(event_overflow::fail);
  BOOST_TEST(fails.error.root_cause().code() == error_code::resource_limit);
  BOOST_TEST(fails.counts.is_balanced(), fails.counts);
}

BOOST_AUTO_TEST_CASE(a_receiver_that_is_killed_is_replaced_and_its_events_are_handled) {
  for (const auto reason : {caf::exit_reason::kill, caf::exit_reason::user_shutdown}) {
    std::mutex mutex;
    std::vector<caf::actor> receivers;
    const auto stream = async_task::emits<int>(rt)
                            .sender(std::views::iota(0, 40))
                            .receiver(strategy::parallel{2},
                                      // Not a coroutine itself: the context is the receiver's.
                                      [&](task_context ctx, int x) {
                                        const std::lock_guard lock{mutex};
                                        receivers.push_back(ctx.actor());
                                        return slowly(ctx, x);
                                      })
                            .run();
    wait_until_idle(rt);
    BOOST_TEST(receivers.size() == 2u);
    caf::anon_send_exit(receivers.front(), reason);
    for (int i = 0; i < 60 && !stream.is_done(); ++i)
      advance(11ms);
    const auto end = stream.await_final_event();
    BOOST_TEST(end.is_ok());
    BOOST_TEST(end.counts == (event_counts{.emitted = 40, .processed = 40}));
    BOOST_TEST(receivers.size() == 41u); // one event twice
    receivers.clear();
  }
}

// An event that can be given to another receiver is; one that the handler has taken over fails.
BOOST_AUTO_TEST_CASE(an_event_whose_receiver_is_killed_is_handed_out_whole_or_fails) {
  std::atomic<int> whole{0};
  std::atomic<int> spoilt{0};
  std::atomic<bool> killed{false};
  const auto kill_at_three = [&](task_context ctx, const std::string& x) {
    ++(x.empty() ? spoilt : whole);
    if (x == "3" && !killed.exchange(true))
      caf::anon_send_exit(ctx.actor(), caf::exit_reason::kill);
  };
  const auto takes = [](task_context own, std::string) -> async<void> {
    co_await own.sleep_for(10ms);
  };
  const auto looks = [](task_context own, const std::string&) -> async<void> {
    co_await own.sleep_for(10ms);
  };
  const auto run = [&](error_strategy how, const auto& handler) {
    killed = false;
    whole = spoilt = 0;
    const auto stream = async_task::emits<std::string>(rt)
                            .on_error(std::move(how))
                            .sequence({"1", "2", "3", "4", "5"})
                            .receiver(strategy::serial{}, handler)
                            .run();
    for (int i = 0; i < 10 && !stream.is_done(); ++i)
      advance(11ms);
    BOOST_TEST(spoilt == 0);
    return stream.await_final_event();
  };
  const auto by_value = [&](task_context ctx, std::string x) {
    kill_at_three(ctx, x);
    return takes(ctx, std::move(x));
  };
  const auto by_reference = [&](task_context ctx, const std::string& x) {
    kill_at_three(ctx, x);
    return looks(ctx, x);
  };
  const auto stopped = run(error_strategy::stop_on_first(), by_value);
  BOOST_TEST(stopped.error.message().find("taken the event over") != std::string::npos);
  BOOST_TEST(stopped.counts ==
             (event_counts{.emitted = 5, .processed = 2, .failed = 1, .cancelled = 2}));
  const auto goes_on = run(error_strategy::continue_on_error(), by_value);
  BOOST_TEST(goes_on.counts == (event_counts{.emitted = 5, .processed = 4, .failed = 1}));
  BOOST_TEST(goes_on.errors.front().sequence == 2u);
  const auto kept = run(error_strategy::retry(1), by_value);
  BOOST_TEST(kept.counts == (event_counts{.emitted = 5, .processed = 5}));
  BOOST_TEST(whole == 6);
  const auto looked_at = run(error_strategy::stop_on_first(), by_reference);
  BOOST_TEST(looked_at.counts == (event_counts{.emitted = 5, .processed = 5}));
  BOOST_TEST(whole == 6);
}

BOOST_AUTO_TEST_CASE(an_event_that_was_taken_over_is_cancelled_with_its_stream) {
  const auto stream = async_task::emits<std::string>(rt)
                          .sequence({"1", "2", "3"})
                          .receiver(strategy::parallel{2},
                                    [](task_context ctx, std::string) -> async<void> {
                                      co_await ctx.sleep_for(1h);
                                    })
                          .run();
  wait_until_idle(rt);
  stream.cancel(cancellation_level::kill);
  const auto end = stream.await_final_event();
  BOOST_TEST(end.kind == event_kind::cancellation);
  BOOST_TEST(end.counts == (event_counts{.emitted = 3, .cancelled = 3}));
}

BOOST_AUTO_TEST_CASE(receivers_that_end_again_and_again_end_the_stream) {
  const auto stream = async_task::emits<int>(rt)
                          .sender(std::views::iota(0, 40))
                          .receiver(strategy::serial{},
                                    [](task_context ctx, int x) {
                                      caf::anon_send_exit(ctx.actor(), caf::exit_reason::kill);
                                      return slowly(ctx, x);
                                    })
                          .run();
  const auto end = stream.await_final_event();
  BOOST_TEST(end.error.code() == error_code::resource_limit);
  BOOST_TEST(end.counts == (event_counts{.emitted = 40, .dead_lettered = 40}));
}

BOOST_AUTO_TEST_CASE(every_stage_has_its_counts) {
  const auto stages = async_task::emits<int>(rt)
                          .sender(std::views::iota(0, 9))
                          .receiver(strategy::serial{}, [](int x) { return x; })
                          .receiver(strategy::serial{}, [](int x) { return std::to_string(x); })
                          .receiver(strategy::serial{}, [](const std::string&) {});
  const auto stream = stages.run();
  BOOST_TEST(stream.await_final_event().further_stages.size() == 2u);
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_TEST(stream.counts(i) == (event_counts{.emitted = 9, .processed = 9}));
  BOOST_CHECK_THROW(stream.counts(3), std::out_of_range);
}

BOOST_FIXTURE_TEST_CASE(cancelled_before_it_starts_it_has_counts_of_all_stages,
                        single_worker_fixture) {
  const auto stages = rt.spawn([](task_context ctx) -> async<std::size_t> {
                          const auto stream =
                              async_task::emits<int>(ctx)
                                  .sender(std::views::iota(0, 9))
                                  .receiver(strategy::serial{}, [](int x) { return x; })
                                  .receiver(strategy::serial{}, [](int x) { return x; })
                                  .receiver(strategy::serial{}, [](int) {})
                                  .run();
                          stream.cancel();
                          co_return (co_await stream.final()).further_stages.size();
                        }).await();
  BOOST_TEST(stages.value() == 2u);
}

BOOST_AUTO_TEST_CASE(a_paused_stream_ends_when_it_is_drained_or_cancelled) {
  for (const std::size_t paused : {0u, 1u})
    for (const bool drained : {true, false}) {
      const auto stream = async_task::emits<int>(rt)
                              .sender(burst(100))
                              .receiver(strategy::serial{}, [](int x) { return x; })
                              .receiver(strategy::serial{}, [](int x) { return x; })
                              .run();
      stream.pause(paused);
      wait_until_idle(rt);
      if (drained)
        stream.drain();
      else
        stream.cancel();
      stream.pause(paused);
      const auto end = stream.await_final_event();
      BOOST_TEST(end.kind == (drained ? event_kind::final : event_kind::cancellation));
      BOOST_TEST(end.counts == (event_counts{.emitted = 100, .processed = 100}));
      BOOST_TEST(end.collected.items.size() == 100u);
    }
}

BOOST_AUTO_TEST_CASE(the_number_of_receivers_has_a_limit) {
  const auto stream =
      async_task::emits<int>(rt).sender(burst(1)).receiver(strategy::parallel{2}, [](int) {}).run();
  BOOST_CHECK_THROW(stream.resize(4'000'000'000u), std::invalid_argument);
  stream.resize(strategy::max_receivers);
  stream.drain();
  BOOST_TEST(stream.await_final_event().is_ok());
  BOOST_CHECK_THROW(strategy::parallel{50'000}, std::invalid_argument);
  BOOST_CHECK_THROW(strategy::batched{}.receivers(50'000), std::invalid_argument);
  BOOST_CHECK_THROW(strategy::adaptive{{.max = 50'000}}, std::invalid_argument);
}

// A body that blocks its thread cannot be asked for what it has emitted: nothing lies with it.
BOOST_AUTO_TEST_CASE(what_a_blocked_sender_has_emitted_is_handled) {
  const auto check = [&](const auto& sender, std::atomic<bool>& go) {
    go = false;
    const auto stream = async_task::emits<int>(rt)
                            .sender(sender)
                            .receiver(strategy::serial{}, [](int x) { return x; })
                            .run();
    while (stream.counts().processed < 5)
      std::this_thread::yield();
    go = true;
    BOOST_TEST(stream.await_final_event().collected.items.size() == 5u);
  };
  std::atomic<bool> go{false};
  const auto blocks = [&] {
    while (!go)
      std::this_thread::yield();
  };
  check(
      [&](emitter<int>& out) {
        for (int i = 0; i < 5; ++i)
          out.emit(i).await();
        blocks();
      },
      go);
  check(
      [&](emitter<int>& out) {
        for (int i = 0; i < 5; ++i)
          while (!out.try_emit(i))
            std::this_thread::yield();
        blocks();
      },
      go);
  check(waiting_source{&go}, go);
}

// Whoever emits does not wait for receivers, but lets the router drop: so memory is bounded.
BOOST_FIXTURE_TEST_CASE(dropping_the_oldest_keeps_to_the_capacity, single_worker_fixture) {
  std::atomic<int> alive{0};
  std::atomic<int> most{0};
  const auto end = async_task::emits<counted>(rt)
                       .overflow(event_overflow::drop_oldest)
                       .capacity(64)
                       .sender([&](emitter<counted>& out) -> async<void> {
                         for (int i = 0; i < 100'000; ++i) {
                           co_await out.emit(counted{alive});
                           most = std::max(most.load(), alive.load());
                         }
                       })
                       .receiver(strategy::serial{}, [](const counted&) {})
                       .await_final_event();
  BOOST_TEST(end.counts.emitted == 100'000u);
  BOOST_TEST(end.counts.is_balanced(), end.counts);
  BOOST_TEST(most <= 64 * 20);
  BOOST_CHECK_THROW(
      async_task::emits<int>(rt).overflow(event_overflow::drop_oldest).sequence({1}).stream(),
      std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
