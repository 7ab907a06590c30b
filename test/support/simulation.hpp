#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/messages/log_record.hpp>
#include <sweet/messages/task_error.hpp>

#include <caf/fwd.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace sweet::inline v0_5::testing {

/// The ways in which a scenario can be wrong besides its own failure.
enum class simulation_problem : std::uint8_t {
  deadlock,       ///< it waits for something that will never happen
  tasks_left,     ///< it has ended, but tasks are left, or handles to ended ones
  actors_left,    ///< it has ended, but CAF actors are left
  too_many_steps, ///< it has taken more steps than simulation_options::max_steps
  stalled,        ///< a body neither waits nor ends
};

/// The error of simulation::run(). The text shows the tasks that were there.
class simulation_error : public std::runtime_error {
public:
  /// Makes the error.
  simulation_error(simulation_problem problem, const std::string& text)
      : std::runtime_error(text), problem_(problem) {}

  /// Returns what was wrong.
  simulation_problem problem() const noexcept { return problem_; }

private:
  simulation_problem problem_;
};

/// The settings of a simulation.
struct simulation_options {
  /// How many decisions a run may take, for scenarios that never come to rest.
  std::size_t max_steps = 1'000'000;
  /// How much real time may pass without a decision, for bodies that loop until something changes:
  /// nothing changes while they run.
  std::chrono::nanoseconds max_stall = std::chrono::seconds{60};
  /// Called with CAF's configuration, see runtime_options::configure.
  std::function<void(caf::actor_system_config&)> configure{};
  /// The sink for log records, see runtime_options::log.
  std::function<void(const log_record&)> log{};
};

/// A runtime whose scheduling is drawn from a seed, and whose time passes by itself: the same seed
/// gives the same interleaving, another seed another one, and an hour takes no time.
///
///     sweet::testing::simulation sim{17};
///     int n = sim.run([](sweet::task_context ctx) -> sweet::async<int> {
///       co_await ctx.sleep_for(1h);
///       co_return 1;
///     });
///
/// It decides over everything that the scheduler runs: tasks of all kinds (bodies with blocking()
/// included), event-based CAF actors, and timers. Exactly one of them runs at a time, until it
/// waits or ends. The seed draws which one is next, which of the timers that are due at the same
/// moment fires first, and whether a body that blocks in await() helps or gives way. When nothing
/// can run, time moves on to the next timer. CAF actors handle one message at a time unless
/// `configure` says otherwise.
///
/// It does not decide over threads of the test's own, detached and blocking CAF actors, brokers,
/// and child processes, which are not repeatable: a wait that only they would end counts as a
/// deadlock. A callback of on_done() that waits goes on beside the other steps afterwards. Bodies
/// must not depend on the system's clock, on addresses, or on random numbers of their own; choose()
/// draws from the seed.
///
/// One thread at a time uses it. After a simulation_error it cannot be used any more.
class simulation {
public:
  /// Makes a runtime whose decisions are drawn from `seed`. Exceptions of CAF pass through.
  explicit simulation(std::uint64_t seed, simulation_options options = {});
  /// Ends the runtime.
  ~simulation();
  simulation(const simulation&) = delete;
  simulation& operator=(const simulation&) = delete;

  /// Runs `scenario` as sweet::spawn() does, as a task of this runtime, until it and all that it
  /// has started have ended. Further runs go on with the time and the draws where the one before
  /// has ended.
  /// @returns the value of the scenario
  /// @throws task_failure if the scenario fails
  /// @throws simulation_error for a deadlock, for tasks, handles or CAF actors that are left, and
  /// if it does not end
  /// @throws std::logic_error after a simulation_error
  template <class Scenario, class... Args>
  auto run(Scenario&& scenario, Args&&... args) {
    begin();
    auto task =
        sweet::spawn(runtime(), std::forward<Scenario>(scenario), std::forward<Args>(args)...);
    finish();
    if (!task.is_done())
      fail(simulation_problem::deadlock);
    auto outcome = task.await();
    task = {};
    check_empty(outcome.error());
    return std::move(outcome).unwrap();
  }

  /// Returns the runtime, on which the scenario can start further tasks.
  sweet::runtime& runtime() noexcept;

  /// Returns the seed.
  std::uint64_t seed() const noexcept;

  /// Returns the clock of the virtual time. Any thread.
  clock& time() noexcept;

  /// Makes time pass as if the calling body had computed for `d`. Timers that are due meanwhile
  /// fire; tasks that they wake run when the body waits or ends.
  /// @pre `d >= 0`
  void spend(clock::duration d);

  /// Returns a number below `n`, drawn from the seed: for scenarios with choices of their own.
  /// Called by the scenario, or while none runs.
  /// @pre `n > 0`
  std::size_t choose(std::size_t n) noexcept;

private:
  class world;

  void begin();
  void finish();
  void check_empty(const task_error& failure);
  [[noreturn]] void fail(simulation_problem problem, const task_error& failure = {});

  std::unique_ptr<world> world_;
};

} // namespace sweet::inline v0_5::testing
