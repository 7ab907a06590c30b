// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Memory runs out at any moment of a stream, see fail_each_allocation().

#include <sweet/sweet.hpp>
#include <sweet/testing/fail_each_allocation.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>

using namespace sweet;
using namespace std::chrono_literals;
using sweet::testing::fail_each_allocation;
using sweet::testing::long_text;
using sweet::testing::world;

namespace stream_allocation_failure_test {
namespace {

/// What a stream comes to: each event has become something, whatever its end.
/// @param is_right whether what was collected is, if it has ended well
template <class C>
task_result<int> outcome_of(const final_event<C>& end, bool is_right) {
  bool is_balanced = end.counts.is_balanced();
  for (const auto& stage : end.further_stages)
    is_balanced &= stage.is_balanced();
  if (!is_balanced || end.errors.size() > end.error_count)
    return 0;
  if (end.error)
    return end.error;
  return is_right ? 1 : 0;
}

async<int> stream(task_context, world& w) {
  auto end = co_await async_task::emits<int>(w.rt)
                 .sender(std::views::iota(0, 200))
                 .receiver(strategy::serial{}, [](const int& x) { return x; })
                 .on_error(error_strategy::continue_on_error())
                 .run()
                 .final();
  co_return outcome_of(end, end.counts.emitted == 200 &&
                                end.collected.items.size() == end.counts.processed &&
                                end.counts.processed + end.counts.failed == 200);
}

/// More than fits on the way, from two senders; texts, in batches, in order.
async<int> stream_of_stages(task_context, world& w) {
  auto end = co_await async_task::emits<std::string>(w.rt)
                 .sender(strategy::parallel{2},
                         [](emitter<std::string>& out) -> async<void> {
                           for (int i = 0; i < 20; ++i)
                             co_await out.emit(long_text + std::to_string(i));
                           co_await out.emit_error(task_error{error_code::io, long_text});
                         })
                 .receiver(strategy::parallel{2}.ordered(),
                           [](const std::string& x, collector<std::string>& out) {
                             if (x.ends_with('7'))
                               out.collect_error(task_error{error_code::failure, long_text});
                             out.collect_item(x + x);
                           })
                 .receiver(strategy::batched{16},
                           [](batch<std::string>& all, collector<std::size_t>& out) {
                             for (const auto& x : all)
                               out.collect_item(x.size());
                           })
                 .on_error(error_strategy::continue_on_error())
                 .capacity(4)
                 .run()
                 .final();
  const bool is_right = end.counts.emitted == 42 && end.counts.failed >= 6 &&
                        end.further_stages.front().emitted == end.counts.processed &&
                        end.collected.items.size() == end.further_stages.front().processed &&
                        end.error_count >= end.counts.failed;
  co_return outcome_of(end, is_right);
}

/// By key, in tasks of their own that are tried again; the receivers become more.
async<int> stream_by_key(task_context, world& w) {
  // Shared: without memory to await its end, the stream goes on when this body is gone.
  const auto failures = std::make_shared<std::map<int, int>>();
  auto running =
      async_task::emits<int>(w.rt)
          .sender(std::views::iota(0, 100))
          .receiver(strategy::parallel{2}.partition_by([](const int& x) { return x % 7; }),
                    [failures](int x, task_context ctx) -> async<int> {
                      if (x % 10 == 0) {
                        co_await ctx.sleep_for(1ms);
                        if (++(*failures)[x] == 1)
                          throw std::runtime_error{long_text};
                      }
                      co_return x;
                    })
          .on_error(error_strategy::retry(10))
          .run();
  bool is_resized = true;
  try {
    running.resize(4);
  } catch (const std::bad_alloc&) {
    is_resized = false;
  }
  auto end = co_await std::move(running).final();
  auto outcome = outcome_of(end, end.collected.items.size() == end.counts.processed);
  if (!is_resized && outcome.is_ok() && outcome.value() == 1)
    throw std::bad_alloc{};
  co_return outcome;
}

/// What is not pulled is never lost in silence.
async<int> pulled_stream(task_context, world& w) {
  auto items = async_task::emits<std::string>(w.rt)
                   .sender([](emitter<std::string>& out) -> async<void> {
                     for (int i = 0; i < 40; ++i)
                       co_await out.emit(long_text + std::to_string(i));
                   })
                   .receiver(strategy::adaptive{}, [](const std::string& x) { return x.size(); })
                   .capacity(4)
                   .stream();
  int n = 0;
  while (co_await items.next())
    ++n;
  co_return n == 40 ? 1 : 0;
}

async<int> stream_without_stages(task_context, world& w) {
  auto items = async_task::emits<std::string>(w.rt)
                   .sender([](emitter<std::string>& out) -> async<void> {
                     for (int i = 0; i < 20; ++i)
                       co_await out.emit(long_text + std::to_string(i));
                     co_await out.emit_error(task_error{error_code::io, long_text});
                   })
                   .on_error(error_strategy::continue_on_error())
                   .stream();
  std::uint64_t n = 0;
  while (co_await items.next())
    ++n;
  auto end = co_await items.task().final();
  co_return outcome_of(end, n == 20 && end.counts.emitted == 21 && end.counts.failed == 1);
}

async<int> cancelled_stream(task_context ctx, world&) {
  auto running = async_task::emits<int>(ctx)
                     .sender(std::views::iota(0))
                     .receiver(strategy::parallel{2},
                               [](int x, task_context inner) -> async<int> {
                                 co_await inner.sleep_for(1ms);
                                 co_return x;
                               })
                     .run();
  co_await ctx.sleep_for(5ms);
  running.cancel(cancellation_level::kill, long_text);
  auto end = co_await std::move(running).final();
  auto outcome = outcome_of(end, false);
  if (outcome.is_err() && outcome.error().code() == error_code::cancelled)
    co_return 1;
  co_return outcome;
}

} // namespace
} // namespace stream_allocation_failure_test

BOOST_AUTO_TEST_SUITE(stream_allocation_failure_test)

BOOST_AUTO_TEST_CASE(a_stream_ends_with_right_counts) {
  fail_each_allocation(stream_allocation_failure_test::stream, 1);
}

BOOST_AUTO_TEST_CASE(stages_of_a_stream_lose_no_event) {
  fail_each_allocation(stream_allocation_failure_test::stream_of_stages, 1);
}

BOOST_AUTO_TEST_CASE(a_stream_by_key_is_resized) {
  fail_each_allocation(stream_allocation_failure_test::stream_by_key, 1);
}

BOOST_AUTO_TEST_CASE(who_pulls_a_stream_hears_of_its_end) {
  fail_each_allocation(stream_allocation_failure_test::pulled_stream, 1);
}

BOOST_AUTO_TEST_CASE(a_stream_without_stages_ends) {
  fail_each_allocation(stream_allocation_failure_test::stream_without_stages, 1);
}

BOOST_AUTO_TEST_CASE(a_stream_is_cancelled) {
  fail_each_allocation(stream_allocation_failure_test::cancelled_stream, 1);
}

BOOST_AUTO_TEST_SUITE_END()
