// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/timer_service.hpp>

#include <algorithm>
#include <cassert>
#include <chrono>
#include <mutex>
#include <utility>

#include <pthread.h>

namespace sweet::inline v0_5::detail {

namespace {

using unsigned_duration = std::chrono::duration<std::uint64_t, clock::duration::period>;
constexpr unsigned_duration tick_length = std::chrono::milliseconds{1};

// How many timers are touched before other threads may take the lock of a shard in between.
constexpr std::size_t batch_size = 256;

// A longer sleep becomes several, so that no sum of times overflows.
constexpr clock::duration longest_sleep = std::chrono::hours{24};

} // namespace

struct alignas(64) timer_service::shard {
  mutable std::mutex mutex;
  timer_wheel wheel;
  /// wheel.next() as of the last change, written under the lock and read without.
  std::atomic<std::uint64_t> next{timer_wheel::never};
};

timer_service::timer_service(clock& c, std::size_t shards)
    : clock_(c), origin_(c.now()), shard_count_(shards), shards_(new shard[shards]) {
  assert(shards > 0);
}

timer_service::~timer_service() {
  stop();
}

void timer_service::start(std::function<void()> on_thread_start,
                          std::function<void()> on_thread_exit) {
  assert(!thread_.joinable() && !told_by_clock_);
  told_by_clock_ = clock_.start_telling(*this);
  if (told_by_clock_)
    return;
  calls_.start(on_thread_start, on_thread_exit);
  has_thread_ = true;
  thread_ =
      std::thread{[this, begin = std::move(on_thread_start), end = std::move(on_thread_exit)] {
        pthread_setname_np(pthread_self(), "sweet.timers");
        if (begin)
          begin();
        run();
        if (end)
          end();
      }};
}

void timer_service::stop() {
  if (std::exchange(told_by_clock_, false))
    clock_.stop_telling(*this);
  if (thread_.joinable()) {
    // Relaxed: the gate hands the flag over.
    stopping_.store(true, std::memory_order_relaxed);
    wake_up_.set();
    thread_.join();
  }
  calls_.stop();
}

// In both conversions, the difference as an unsigned number is right for any two times, and leaves
// room to round up.
std::uint64_t timer_service::tick_at_or_after(time_point t) const noexcept {
  if (t <= origin_)
    return 0;
  if (t == time_point::max())
    return timer_wheel::never;
  const auto since = static_cast<std::uint64_t>(t.time_since_epoch().count()) -
                     static_cast<std::uint64_t>(origin_.time_since_epoch().count());
  return since / tick_length.count() + (since % tick_length.count() != 0 ? 1 : 0);
}

std::uint64_t timer_service::tick_at_or_before(time_point t) const noexcept {
  if (t <= origin_)
    return 0;
  const auto since = static_cast<std::uint64_t>(t.time_since_epoch().count()) -
                     static_cast<std::uint64_t>(origin_.time_since_epoch().count());
  return since / tick_length.count();
}

// A tick beyond the last representable time becomes that time.
timer_service::time_point timer_service::time_of(std::uint64_t tick) const noexcept {
  const auto room = static_cast<std::uint64_t>(time_point::max().time_since_epoch().count()) -
                    static_cast<std::uint64_t>(origin_.time_since_epoch().count());
  if (tick > room / tick_length.count())
    return time_point::max();
  return origin_ + clock::duration{static_cast<clock::duration::rep>(tick * tick_length.count())};
}

// The thread must not sleep through a timer that is armed while it decides to: arm() writes `next`
// and then reads `sleeping_until_`; the thread writes `sleeping_until_` and then reads every
// `next`. All four are sequentially consistent, so at least one of the two sees what the other has
// written.

void timer_service::publish_next(shard& s) noexcept {
  const auto next = s.wheel.next();
  // Relaxed: written under the lock that we hold.
  if (s.next.load(std::memory_order_relaxed) != next)
    s.next.store(next, std::memory_order_seq_cst);
}

void timer_service::wake_thread_for(std::uint64_t tick) noexcept {
  if (tick < sleeping_until_.load(std::memory_order_seq_cst))
    wake_up_.set();
}

std::uint64_t timer_service::earliest_next() const noexcept {
  auto result = timer_wheel::never;
  for (std::size_t i = 0; i < shard_count_; ++i)
    result = std::min(result, shards_[i].next.load(std::memory_order_seq_cst));
  return result;
}

void timer_service::arm(timer_entry& e, time_point due, std::size_t shard_hint) noexcept {
  assert(e.fire != nullptr);
  const auto index = shard_hint % shard_count_;
  auto& s = shards_[index];
  std::uint64_t next;
  {
    std::lock_guard lock{s.mutex};
    // Relaxed: the shard only leads a cancel() to the lock, which orders everything else.
    e.shard.store(static_cast<std::uint32_t>(index), std::memory_order_relaxed);
    s.wheel.add(e, tick_at_or_after(due));
    publish_next(s);
    next = s.next.load(std::memory_order_relaxed);
  }
  wake_thread_for(next);
}

bool timer_service::cancel(timer_entry& e) noexcept {
  const auto index = e.shard.load(std::memory_order_relaxed);
  if (index == timer_entry::no_shard)
    return false;
  auto& s = shards_[index];
  std::lock_guard lock{s.mutex};
  const auto cancelled = s.wheel.remove(e);
  if (cancelled)
    publish_next(s);
  return cancelled;
}

std::size_t timer_service::fire_until(shard& s, std::uint64_t tick) {
  std::size_t fired = 0;
  for (auto budget = std::size_t{0}; budget == 0;) {
    budget = batch_size;
    {
      std::lock_guard lock{s.mutex};
      while (auto* e = s.wheel.pop(tick, budget)) {
        e->fire(*e);
        ++fired;
      }
      publish_next(s);
    }
    run_deferred();
  }
  return fired;
}

void timer_service::run_deferred() noexcept {
  while (!deferred_.empty()) {
    deferred_call& next = deferred_.pop();
    if (has_thread_)
      calls_.submit(next);
    else
      next.call(next);
  }
}

std::size_t timer_service::count_due() {
  auto& s = shards_[0];
  std::lock_guard lock{s.mutex};
  const auto n = s.wheel.count_due(tick_at_or_before(now()));
  publish_next(s);
  return n;
}

void timer_service::fire_due(std::size_t index) {
  auto& s = shards_[0];
  {
    std::lock_guard lock{s.mutex};
    auto& e = s.wheel.pop_due(tick_at_or_before(now()), index);
    e.fire(e);
    publish_next(s);
  }
  run_deferred();
}

std::size_t timer_service::fire_all_until(std::uint64_t tick) {
  std::size_t fired = 0;
  for (std::size_t i = 0; i < shard_count_; ++i)
    if (shards_[i].next.load(std::memory_order_seq_cst) <= tick)
      fired += fire_until(shards_[i], tick);
  return fired;
}

void timer_service::run() {
  // Relaxed: the gate, or the start of the thread, hands the flag over.
  while (!stopping_.load(std::memory_order_relaxed)) {
    fire_all_until(tick_at_or_before(now()));
    auto next = earliest_next();
    if (calls_.look())
      next = std::min(next, tick_at_or_before(now()) + 1);
    sleeping_until_.store(next, std::memory_order_seq_cst);
    if (earliest_next() < next) {
      // Relaxed: a thread that misses this costs a needless wake-up.
      sleeping_until_.store(0, std::memory_order_relaxed);
      continue;
    }
    if (next == timer_wheel::never)
      wake_up_.wait();
    else
      wake_up_.wait_for(
          std::chrono::nanoseconds{std::min(time_of(next) - now(), longest_sleep)}.count());
    sleeping_until_.store(0, std::memory_order_relaxed);
  }
}

std::optional<clock::time_point> timer_service::next_due() {
  const auto next = earliest_next();
  if (next == timer_wheel::never)
    return std::nullopt;
  return time_of(next);
}

std::size_t timer_service::reach(time_point now) {
  return fire_all_until(tick_at_or_before(now));
}

} // namespace sweet::inline v0_5::detail
