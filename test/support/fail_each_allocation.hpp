#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>
#include <sweet/testing/captured_stderr.hpp>
#include <sweet/testing/failing_allocations.hpp>
#include <sweet/testing/simulation.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <vector>

namespace sweet::inline v0_5::testing {

/// Longer than what an error's text has room for without an allocation.
inline constexpr auto long_text =
    "a text that is longer than what fits into a string without memory";

inline bool blames_memory(const task_error& error) {
  if (error.code() == error_code::resource_limit || error.message() == "out of memory")
    return true;
  for (const auto& other : error.other_causes())
    if (blames_memory(other))
      return true;
  return error.cause() && blames_memory(error.cause());
}

/// What a scenario of fail_each_allocation() is given, and what it leaves behind.
struct world {
  sweet::runtime& rt;
  int callbacks = 0;
  int called = 0;
  int cleanups = 0; ///< that were due
  int cleaned = 0;
};

using scenario = async<int> (*)(task_context, world&);

/// Runs the scenario as a task of its own while allocations fail.
/// @returns whether one has
inline async<bool> run_short_of_memory(task_context ctx, world& w, scenario what,
                                       std::int64_t passed, std::int64_t refused,
                                       std::optional<task_result<int>>& outcome) {
  // The simulation's own containers have room for what is to come.
  std::vector<child_task<int>> several;
  for (int i = 0; i < 200; ++i)
    several.push_back(ctx.spawn([] { return 1; }));
  for (auto& one : several)
    static_cast<void>(co_await one);

  failing_allocations some{passed, refused};
  try {
    auto task = w.rt.spawn(what, std::ref(w));
    outcome.emplace(co_await task.result());
  } catch (const std::bad_alloc&) {
  }
  co_return some.stop();
}

inline async<int> answer(task_context ctx) {
  co_await ctx.sleep_for(std::chrono::milliseconds{1});
  co_return 42;
}

/// Runs a scenario again and again in a simulation, and refuses the first, second, third ...
/// allocation that it makes, alone or with those that follow. What it comes to is `right` or an
/// error that blames memory; nothing waits for ever, and nothing is left.
/// @param afterwards gives 42 if the runtime goes on
/// @param err given if the scenario has clean-up: what is not done is told there or in the log
inline void fail_each_allocation(scenario what, int right,
                                 async<int> (*afterwards)(task_context) = answer,
                                 const captured_stderr* err = nullptr) {
  for (const std::int64_t refused : {1, 2, 5}) {
    bool any = true;
    for (std::int64_t passed = 0; any; ++passed) {
      BOOST_TEST_INFO_SCOPE(refused << " refused after " << passed);
      int records = 0;
      const auto said = err != nullptr ? err->text().size() : 0;
      simulation sim{1, {.log = [&records](const log_record&) { ++records; }}};
      world w{sim.runtime()};
      std::optional<task_result<int>> outcome;
      any = sim.run(run_short_of_memory, std::ref(w), what, passed, refused, std::ref(outcome));
      if (!any)
        BOOST_REQUIRE(outcome.has_value());
      if (outcome && outcome->is_err())
        BOOST_TEST((any && blames_memory(outcome->error())), to_string(outcome->error()));
      else if (outcome)
        BOOST_TEST(outcome->value() == right);
      BOOST_TEST(w.called >= w.callbacks);
      if (w.cleaned < w.cleanups)
        BOOST_TEST((records != 0 || (err != nullptr && err->text().size() > said)));
      BOOST_TEST(sim.run(afterwards) == 42);
    }
  }
}

} // namespace sweet::inline v0_5::testing
