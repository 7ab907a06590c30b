// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Threads that arm timers, cancel their own and each other's, and destroy them as soon as that is
// allowed, while the timer thread fires them. Whatever the order, each arming ends in exactly one
// of: fired once, or cancelled.
//
// usage: timer_race [rounds]

#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/timer_service.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <thread>
#include <vector>

using sweet::detail::timer_entry;
using sweet::detail::timer_service;

namespace {

constexpr unsigned thread_count = 4;
constexpr unsigned shard_count = 3;

std::atomic<std::uint64_t> fired_count{0};
std::atomic<std::uint64_t> cancelled_count{0};
std::atomic<std::uint64_t> handed_over_count{0};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "timer_race: %s\n", what);
  std::_Exit(1);
}

void expect(bool ok, const char* what) {
  if (!ok)
    fail(what);
}

// Not atomic on purpose: what fire() writes must be visible to whoever cancel() has told that it is
// over, and must never be written while somebody else owns the timer.
struct timer : timer_entry {
  timer() {
    fire = [](timer_entry& e) noexcept {
      auto& t = static_cast<timer&>(e);
      expect(t.armed, "fired without being armed, or twice");
      t.armed = false;
      ++t.fired;
      fired_count.fetch_add(1, std::memory_order_relaxed);
    };
  }

  bool armed = false;
  unsigned fired = 0;
};

// Where threads leave armed timers for others to end.
std::array<std::atomic<timer*>, 16> exchange_table{};

void end(timer_service& timers, std::unique_ptr<timer> t) {
  const bool cancelled = timers.cancel(*t);
  expect(t->armed == cancelled, "cancel() is wrong about whether it came in time");
  expect(t->fired == (cancelled ? 0U : 1U), "neither fired once nor cancelled");
  if (cancelled)
    cancelled_count.fetch_add(1, std::memory_order_relaxed);
}

// A timer that is destroyed the moment it says that it has fired, while fire() may not have
// returned yet.
void end_by_firing(timer_service& timers, std::size_t shard) {
  struct short_lived : timer_entry {
    std::atomic<bool>* over = nullptr;
  };
  std::atomic<bool> over{false};
  auto t = std::make_unique<short_lived>();
  t->over = &over;
  t->fire = [](timer_entry& e) noexcept {
    // Release and acquire: the destruction comes after what fire() has read.
    static_cast<short_lived&>(e).over->store(true, std::memory_order_release);
  };
  timers.arm(*t, timers.now(), shard);
  while (!over.load(std::memory_order_acquire))
    std::this_thread::yield();
}

void hammer(timer_service& timers, unsigned seed, unsigned rounds) {
  std::minstd_rand random{seed + 1};
  for (unsigned i = 0; i < rounds; ++i) {
    if (i % 1024 == 0)
      end_by_firing(timers, random() % shard_count);
    auto t = std::make_unique<timer>();
    const auto delay = std::chrono::microseconds{static_cast<int>(random() % 4000) - 1000};
    t->armed = true;
    timers.arm(*t, timers.now() + delay, random() % shard_count);
    if (random() % 3 == 0)
      std::this_thread::yield();
    if (random() % 2 == 0) {
      end(timers, std::move(t));
      continue;
    }
    // Acquire and release: the table hands the timer over with all that its owner did.
    auto& place = exchange_table[random() % exchange_table.size()];
    t.reset(place.exchange(t.release(), std::memory_order_acq_rel));
    if (t != nullptr) {
      handed_over_count.fetch_add(1, std::memory_order_relaxed);
      end(timers, std::move(t));
    }
  }
}

// A timer that arms itself again from what it has deferred, until told to stop.
struct repeating : timer_entry, sweet::detail::deferred_call {
  explicit repeating(timer_service& s) : service(s) {
    fire = [](timer_entry& e) noexcept {
      auto& self = static_cast<repeating&>(e);
      self.service.defer(self);
    };
    call = [](deferred_call& c) noexcept {
      auto& self = static_cast<repeating&>(c);
      ++self.rounds;
      self.service.arm(self, self.service.now(), self.rounds);
    };
  }

  timer_service& service;
  unsigned rounds = 0;
};

} // namespace

int main(int argc, char* argv[]) {
  const auto rounds =
      argc > 1 ? static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10)) : 100'000U;
  sweet::steady_clock clock;
  for (unsigned repetition = 0; repetition < 4; ++repetition) {
    timer_service timers{clock, shard_count};
    repeating busy{timers};
    timers.arm(busy, timers.now(), 0);
    std::vector<std::thread> pool;
    // Some are at work before there is anybody to fire.
    for (unsigned i = 0; i < thread_count; ++i) {
      pool.emplace_back(hammer, std::ref(timers), repetition * thread_count + i, rounds / 4);
      if (i == 1)
        timers.start({}, {});
    }
    for (auto& thread : pool)
      thread.join();
    // What is left in the table ends once the service has stopped: fired, or still there to be
    // cancelled.
    timers.stop();
    for (auto& place : exchange_table)
      if (auto* t = place.exchange(nullptr, std::memory_order_acq_rel))
        end(timers, std::unique_ptr<timer>{t});
    timers.cancel(busy);
    expect(busy.rounds > 0, "the repeating timer never fired");
  }
  expect(fired_count > 0 && cancelled_count > 0 && handed_over_count > 0, "nothing was tried");
  expect(fired_count + cancelled_count == std::uint64_t{rounds / 4} * thread_count * 4,
         "timers got lost");
  std::printf("%llu fired, %llu cancelled, %llu by other threads\n",
              static_cast<unsigned long long>(fired_count.load()),
              static_cast<unsigned long long>(cancelled_count.load()),
              static_cast<unsigned long long>(handed_over_count.load()));
}
