// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/simulation.hpp>

#include <sweet/actors/runtime/system/gate.hpp>
#include <sweet/actors/runtime/threads/exploration.hpp>
#include <sweet/actors/runtime/threads/explorer.hpp>
#include <sweet/actors/runtime/threads/scheduler.hpp>

#include <caf/actor_registry.hpp>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

namespace sweet::inline v0_5::testing {

namespace {

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, OOPSLA 2014).
class random_numbers {
public:
  explicit random_numbers(std::uint64_t seed) noexcept : state_(seed) {}

  std::size_t below(std::size_t n) noexcept {
    state_ += 0x9e3779b97f4a7c15;
    auto x = state_;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    x ^= x >> 31;
    // The upper half of a product with n: its bias is n in 2^32.
    return static_cast<std::size_t>(((x >> 32) * n) >> 32);
  }

private:
  std::uint64_t state_;
};

class simulated_clock final : public clock {
public:
  time_point now() const noexcept override {
    return time_point{duration{now_.load(std::memory_order_acquire)}};
  }

  // Release: who reads a time has seen what happened before time moved there.
  void move_to(time_point t) noexcept {
    now_.store(t.time_since_epoch().count(), std::memory_order_release);
  }

  // It is the explorer that fires timers, not the clock.
  bool start_telling(clock_listener&) override { return true; }

private:
  // Not 0, which CAF takes for "no time".
  std::atomic<duration::rep> now_{duration{std::chrono::hours{1}}.count()};
};

const char* describe(simulation_problem problem) noexcept {
  switch (problem) {
    case simulation_problem::deadlock:
      return "deadlock: nothing can run, no timer is armed, and the scenario has not ended";
    case simulation_problem::tasks_left:
      return "tasks are left, or handles to ended ones, after the scenario has ended";
    case simulation_problem::actors_left: return "CAF actors are left after the scenario has ended";
    case simulation_problem::too_many_steps: return "too many steps: the scenario goes on and on";
    case simulation_problem::stalled: break;
  }
  return "stalled: a body neither waits nor ends";
}

} // namespace

/// The runtime, its time, and who decides. Either the user's thread acts or the worker's do: the
/// first when nothing happens any more, or when the worker has stopped in the middle of it.
class simulation::world final : private detail::explorer {
public:
  world(std::uint64_t seed, simulation_options options)
      : seed_(seed), random_(seed), max_steps_(options.max_steps), max_stall_(options.max_stall),
        runtime_(to_runtime_options(std::move(options))) {
    // CAF's own actors come to rest before the first draw that counts.
    settle();
    random_ = random_numbers{seed};
  }

  ~world() { refill(unlimited); }

  /// Before something is started.
  void begin() noexcept {
    refill(max_steps_);
    quiet_.try_take();
  }

  /// Returns when nothing happens any more, or the worker has stopped for want of steps, or stalls.
  void settle() {
    // Relaxed: it is only compared.
    for (auto seen = unlimited; !quiet_.wait_for(max_stall_.count());)
      if (std::exchange(seen, steps_left_.load(std::memory_order_relaxed)) == seen) {
        is_stalled_ = true;
        return;
      }
    while (!is_out_of_steps() && !is_at_rest())
      std::this_thread::yield();
  }

  bool is_stalled() const noexcept { return is_stalled_; }

  bool is_out_of_steps() const noexcept {
    // Acquire: all that the worker has done before.
    return out_of_steps_.load(std::memory_order_acquire);
  }

  /// Ends whatever can be made to end.
  void wind_up() {
    is_used_up_ = true;
    for (auto level :
         {cancellation_level::graceful, cancellation_level::kill, cancellation_level::kill_hard}) {
      if (has_ended() || is_stalled_)
        return;
      begin();
      runtime_.cancel(level);
      // Tasks that do not react leave the worker asleep, and settle() would wait.
      home().idle().wake_all();
      if (is_out_of_steps()) {
        // Relaxed: it is set again after the gate has been opened, and by the worker only.
        out_of_steps_.store(false, std::memory_order_relaxed);
        go_on_.set();
      }
      settle();
    }
  }
  bool is_used_up() const noexcept { return is_used_up_; }
  /// Whether the destructor will return, and nothing refers to what it destroys.
  bool can_end() { return !is_stalled_ && has_ended() && !has_actors(); }

  /// Drops what CAF's actors have scheduled for later.
  void drop_timeouts() {
    home().clock().cancel_all();
    while (!is_at_rest())
      std::this_thread::yield();
  }

  bool has_actors() { return runtime_.system().registry().running() != 0; }

  std::uint64_t seed() const noexcept { return seed_; }
  sweet::runtime& runtime() noexcept { return runtime_; }
  simulated_clock& time() noexcept { return time_; }
  std::size_t draw(std::size_t n) noexcept { return random_.below(n); }

private:
  static constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

  detail::scheduler& home() noexcept { return runtime_.scheduler(); }

  bool has_ended() { return !is_out_of_steps() && home().root().is_empty(); }

  bool is_at_rest() { return home().idle().sleeping() == 1 && !home().any_work(); }

  runtime_options to_runtime_options(simulation_options options) {
    return {.name = "simulation",
            .workers = 1,
            .time = &time_,
            .configure =
                [more = std::move(options.configure)](caf::actor_system_config& cfg) {
                  cfg.set("scheduler.max-throughput", std::size_t{1});
                  if (more)
                    more(cfg);
                },
            .log = std::move(options.log),
            .explorer = this};
  }

  // Relaxed: what wakes the worker hands it over.
  void refill(std::size_t steps) noexcept { steps_left_.store(steps, std::memory_order_relaxed); }

  std::size_t choose(std::size_t n) override {
    if (steps_left_.load(std::memory_order_relaxed) == 0) {
      // Release: see is_out_of_steps().
      out_of_steps_.store(true, std::memory_order_release);
      quiet_.set();
      go_on_.wait();
    }
    refill(steps_left_.load(std::memory_order_relaxed) - 1);
    return n == 1 ? 0 : random_.below(n);
  }
  void move_to(clock::time_point t) override { time_.move_to(t); }
  void quiet() override { quiet_.set(); }

  const std::uint64_t seed_;
  random_numbers random_;
  const std::size_t max_steps_;
  const std::chrono::nanoseconds max_stall_;
  std::atomic<std::size_t> steps_left_{unlimited};
  std::atomic<bool> out_of_steps_{false};
  bool is_used_up_ = false;
  bool is_stalled_ = false;
  detail::gate quiet_;
  detail::gate go_on_;
  simulated_clock time_;
  sweet::runtime runtime_;
};

simulation::simulation(std::uint64_t seed, simulation_options options)
    : world_(std::make_unique<world>(seed, std::move(options))) {}

simulation::~simulation() {
  if (world_->can_end())
    return;
  // Bodies that do not end: nobody can wait for the thread that they run on. Actors that somebody
  // holds: CAF's must not outlive their system.
  static std::mutex mutex;
  static auto& abandoned = *new std::vector<std::unique_ptr<world>>;
  std::lock_guard guard{mutex};
  abandoned.push_back(std::move(world_));
}

sweet::runtime& simulation::runtime() noexcept {
  return world_->runtime();
}

std::uint64_t simulation::seed() const noexcept {
  return world_->seed();
}

clock& simulation::time() noexcept {
  return world_->time();
}

void simulation::spend(clock::duration d) {
  runtime().scheduler().exploration()->pass(d);
}

std::size_t simulation::choose(std::size_t n) noexcept {
  return world_->draw(n);
}

void simulation::begin() {
  if (world_->is_used_up())
    throw std::logic_error{"this simulation has thrown a simulation_error: make a new one"};
  world_->begin();
}

void simulation::finish() {
  world_->settle();
  if (world_->is_stalled())
    fail(simulation_problem::stalled);
  if (world_->is_out_of_steps())
    fail(simulation_problem::too_many_steps);
}

void simulation::check_empty(const task_error& failure) {
  // The handles that are left may be those of ended tasks, which the root does not have any more.
  if (world_->runtime().live_tasks() != 0)
    fail(simulation_problem::tasks_left, failure);
  world_->drop_timeouts();
  if (world_->has_actors())
    fail(simulation_problem::actors_left, failure);
}

void simulation::fail(simulation_problem problem, const task_error& failure) {
  std::string text = describe(problem);
  text += " (seed " + std::to_string(seed()) + ")\n";
  if (failure)
    text += "The scenario itself: " + to_string(failure) + '\n';
  text += world_->runtime().dump();
  world_->wind_up();
  throw simulation_error{problem, text};
}

} // namespace sweet::inline v0_5::testing
