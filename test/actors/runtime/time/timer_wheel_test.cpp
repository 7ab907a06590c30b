// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/timer_wheel.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

using sweet::detail::timer_entry;
using sweet::detail::timer_wheel;

namespace timer_wheel_test {
namespace {

constexpr auto never = timer_wheel::never;

timer_entry* pop(timer_wheel& wheel, std::uint64_t to) {
  auto budget = std::size_t{1'000'000};
  return wheel.pop(to, budget);
}

} // namespace
} // namespace timer_wheel_test

BOOST_AUTO_TEST_SUITE(timer_wheel_test)

BOOST_AUTO_TEST_CASE(an_empty_wheel_has_nothing_next) {
  timer_wheel wheel;
  BOOST_TEST(wheel.next() == never);
  BOOST_TEST(pop(wheel, 1000) == nullptr);
  BOOST_TEST(wheel.now() == 1000u);
  BOOST_TEST(wheel.next() == never);
}

BOOST_AUTO_TEST_CASE(a_timer_fires_when_it_is_due_and_no_tick_before) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const auto offset : {-1, 0, 1}) {
      const auto due = (std::uint64_t{1} << bit) + static_cast<std::uint64_t>(offset);
      timer_wheel wheel;
      timer_entry e;
      wheel.add(e, due);
      BOOST_TEST_CONTEXT("due " << due) {
        if (due > 0)
          BOOST_TEST(pop(wheel, due - 1) == nullptr);
        BOOST_TEST(pop(wheel, due) == &e);
        BOOST_TEST(e.next == nullptr);
        BOOST_TEST(wheel.now() == due);
        BOOST_TEST(wheel.next() == never);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(for_ever_does_not_come) {
  timer_wheel wheel;
  timer_entry e;
  wheel.add(e, never);
  BOOST_TEST(wheel.next() == never);
  BOOST_TEST(pop(wheel, never - 1) == nullptr);
  BOOST_TEST(pop(wheel, never) == nullptr);
  BOOST_TEST(wheel.remove(e));
  BOOST_TEST(!wheel.remove(e));
  wheel.add(e, never - 1);
  BOOST_TEST(pop(wheel, never - 1) == &e);
}

BOOST_AUTO_TEST_CASE(the_last_time_there_is) {
  timer_wheel wheel{5};
  timer_entry e;
  wheel.add(e, never - 1);
  BOOST_TEST(pop(wheel, never - 2) == nullptr);
  BOOST_TEST(pop(wheel, never - 1) == &e);
  wheel.add(e, never - 1);
  BOOST_TEST(wheel.next() == never - 1);
  BOOST_TEST(pop(wheel, never) == &e);
  BOOST_TEST(pop(wheel, never) == nullptr);
}

BOOST_AUTO_TEST_CASE(any_of_those_that_are_due_at_the_same_time_can_be_first) {
  timer_wheel wheel;
  std::array<timer_entry, 4> entries;
  // Some lie in a coarse slot when they are added, some in a fine one.
  wheel.add(entries[0], 100);
  wheel.add(entries[1], 100);
  BOOST_TEST(wheel.count_due(90) == 0u);
  wheel.add(entries[2], 100);
  wheel.add(entries[3], 101);
  BOOST_TEST(wheel.count_due(99) == 0u);
  BOOST_TEST(wheel.count_due(1000) == 3u);
  std::set<timer_entry*> popped;
  popped.insert(&wheel.pop_due(1000, 1));
  BOOST_TEST(wheel.count_due(1000) == 2u);
  popped.insert(&wheel.pop_due(1000, 1));
  popped.insert(&wheel.pop_due(1000, 0));
  BOOST_TEST((popped == std::set{&entries[0], &entries[1], &entries[2]}));
  BOOST_TEST(wheel.count_due(100) == 0u);
  BOOST_TEST(&wheel.pop_due(101, 0) == &entries[3]);
  BOOST_TEST(wheel.next() == never);
}

BOOST_AUTO_TEST_CASE(what_has_passed_is_due_now) {
  timer_wheel wheel{1000};
  timer_entry a;
  timer_entry b;
  wheel.add(a, 0);
  wheel.add(b, 1000);
  BOOST_TEST(wheel.next() == 1000u);
  BOOST_TEST(pop(wheel, 999) == nullptr);
  auto* first = pop(wheel, 1000);
  auto* second = pop(wheel, 1000);
  BOOST_TEST(((first == &a && second == &b) || (first == &b && second == &a)));
  BOOST_TEST(pop(wheel, 1000) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_removed_timer_does_not_fire) {
  timer_wheel wheel;
  timer_entry near;
  timer_entry far;
  timer_entry other;
  wheel.add(near, 10);
  wheel.add(far, 1'000'000);
  wheel.add(other, 1'000'001);
  BOOST_TEST(wheel.remove(near));
  BOOST_TEST(!wheel.remove(near));
  BOOST_TEST(wheel.remove(far));
  BOOST_TEST(wheel.next() != never);
  BOOST_TEST(pop(wheel, 1'000'000) == nullptr);
  BOOST_TEST(wheel.remove(other));
  BOOST_TEST(wheel.next() == never);
  BOOST_TEST(pop(wheel, 2'000'000) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_timer_can_be_armed_again) {
  timer_wheel wheel;
  timer_entry e;
  for (int i = 0; i < 300; ++i) {
    wheel.add(e, wheel.now() + 7);
    BOOST_TEST(pop(wheel, wheel.now() + 6) == nullptr);
    BOOST_TEST(pop(wheel, wheel.now() + 1) == &e);
  }
}

BOOST_AUTO_TEST_CASE(a_sleeper_wakes_up_a_few_times_at_most) {
  for (const auto due : {std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{64},
                         std::uint64_t{30'000}, std::uint64_t{86'400'000}, never / 3, never - 1}) {
    timer_wheel wheel;
    timer_entry e;
    wheel.add(e, due);
    int wake_ups = 0;
    timer_entry* fired = nullptr;
    while (fired == nullptr && wake_ups < 100) {
      ++wake_ups;
      BOOST_REQUIRE(wheel.next() <= due);
      fired = pop(wheel, wheel.next());
    }
    BOOST_TEST(fired == &e);
    BOOST_TEST(wheel.now() == due);
    BOOST_TEST(wake_ups <= 11, due);
  }
}

BOOST_AUTO_TEST_CASE(a_used_up_budget_loses_nothing) {
  timer_wheel wheel;
  std::vector<timer_entry> entries(100);
  for (std::size_t i = 0; i < entries.size(); ++i)
    wheel.add(entries[i], 5000 + i % 3);
  // Coarse first: they are moved in several steps, and time stands still meanwhile.
  std::size_t budget = 10;
  BOOST_TEST(wheel.pop(6000, budget) == nullptr);
  BOOST_TEST(budget == 0u);
  BOOST_TEST(wheel.next() == wheel.now());
  BOOST_TEST(wheel.now() < 5000u);
  timer_entry late;
  wheel.add(late, wheel.now() + 1);
  BOOST_TEST(wheel.remove(entries[99]));
  BOOST_TEST(wheel.remove(entries[0]));
  std::size_t fired = 0;
  std::uint64_t last = 0;
  for (int step = 0; step < 1000; ++step) {
    budget = 3;
    while (auto* e = wheel.pop(6000, budget)) {
      BOOST_TEST(e->due_tick >= last);
      last = e->due_tick;
      ++fired;
    }
    if (budget != 0)
      break;
  }
  BOOST_TEST(fired == 99u);
  BOOST_TEST(wheel.next() == never);
}

// Against a model that is obviously right.
BOOST_AUTO_TEST_CASE(does_what_an_ordered_map_does) {
  struct item {
    timer_entry timer;
    std::multimap<std::uint64_t, item*>::iterator at;
    bool armed = false;
  };

  constexpr int steps = 300'000;
  constexpr std::uint64_t starts[] = {0,
                                      1,
                                      63,
                                      4095,
                                      (std::uint64_t{1} << 32) - 5,
                                      (std::uint64_t{1} << 60) - 2,
                                      std::uint64_t{1} << 63,
                                      never - 100'000'000,
                                      never - 3};
  std::size_t fired_in_all = 0;
  for (const auto start : starts) {
    std::mt19937_64 random{start};
    const auto below = [&](std::uint64_t n) { return random() % n; };
    timer_wheel wheel{start};
    std::multimap<std::uint64_t, item*> model;
    std::vector<item> items(500);
    // Near and far alike: a number of up to `bits` bits, each length as likely.
    const auto some_length = [&](unsigned bits) {
      const auto length = below(bits + 1);
      return length == 0 ? 0 : random() >> (64 - length);
    };
    const auto later = [&](std::uint64_t d) {
      return d >= never - 1 - wheel.now() ? never - 1 : wheel.now() + d;
    };
    const auto check = [&](bool ok, const char* what) {
      if (!ok)
        BOOST_FAIL(what << ", start " << start << ", now " << wheel.now());
    };
    for (int step = 0; step < steps; ++step) {
      auto& x = items[below(items.size())];
      const auto what = below(10);
      if (what < 5) {
        if (x.armed)
          continue;
        auto due = later(some_length(64));
        switch (below(8)) {
          case 0: due = wheel.now() - std::min(wheel.now(), some_length(20)); break;
          case 1: due = later(below(4)); break;
          case 2: due &= never << (6 * below(10)); break;
          default: break;
        }
        x.at = model.emplace(std::max(due, wheel.now()), &x);
        x.armed = true;
        wheel.add(x.timer, due);
      } else if (what < 7) {
        check(wheel.remove(x.timer) == x.armed, "remove");
        if (x.armed)
          model.erase(x.at);
        x.armed = false;
      } else {
        auto to = later(some_length(step % 1000 == 0 ? 64 : 16));
        if (!model.empty() && below(2) == 0)
          to = std::max(wheel.now(), model.begin()->first - below(2));
        auto budget = below(4) == 0 ? 1 + below(5) : std::size_t{1'000'000};
        const auto before = wheel.now();
        while (auto* popped = wheel.pop(to, budget)) {
          check(!model.empty() && model.begin()->first <= to, "fired early");
          check(popped->next == nullptr, "still armed");
          // Several may be due at the same time; any of them may be first.
          auto [first, last] = model.equal_range(model.begin()->first);
          const auto found = std::find_if(
              first, last, [&](const auto& entry) { return &entry.second->timer == popped; });
          check(found != last, "not what is due first");
          found->second->armed = false;
          model.erase(found);
          ++fired_in_all;
        }
        if (budget != 0) {
          check(model.empty() || model.begin()->first > to, "something due did not fire");
          check(wheel.now() == std::max(before, to), "time did not pass");
        }
      }
      check((wheel.next() == never) == model.empty(), "next() of an empty wheel");
      check(model.empty() || wheel.next() <= model.begin()->first, "next() is late");
      check(model.empty() || wheel.now() <= model.begin()->first, "time has passed something");
    }
  }
  BOOST_TEST(fired_in_all > 100'000u);
}

BOOST_AUTO_TEST_SUITE_END()
