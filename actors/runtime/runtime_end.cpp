// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime_end.hpp>

#include <sweet/actors/runtime/last_resort.hpp>
#include <sweet/actors/runtime/owned_system.hpp>
#include <sweet/actors/runtime/scheduler.hpp>

#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sweet::detail {

namespace {

/// What outlives its runtime.
class leftovers {
public:
  /// Never destroyed: tasks that go on use what is kept here.
  static leftovers& get() {
    static auto& all = *new leftovers;
    return all;
  }

  void keep_for_good(std::unique_ptr<owned_system> system) {
    std::lock_guard guard{mutex_};
    kept_.push_back(std::move(system));
  }

  void add_end(std::thread end) {
    static const struct join_at_exit {
      join_at_exit() = default;
      ~join_at_exit() { get().join_ends(); }
    } at_exit;
    std::lock_guard guard{mutex_};
    ends_.push_back(std::move(end));
  }

private:
  void join_ends() {
    std::vector<std::thread> ends;
    {
      std::lock_guard guard{mutex_};
      ends.swap(ends_);
    }
    for (auto& t : ends)
      t.join();
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<owned_system>> kept_; // mutex_
  std::vector<std::thread> ends_;                   // mutex_
};

/// @returns whether there are no tasks and no callbacks of on_done()
bool join_all(scheduler& home) {
  runtime_gate& gate = home.blocks().gate();
  for (;;) {
    // Whoever enters after this may start tasks that join_or_give_up() misses.
    const auto entries = gate.entries();
    if (!home.root().join_or_give_up())
      return false;
    switch (gate.close(entries, home.timers().now())) {
      case runtime_gate::closing::closed: return true;
      case runtime_gate::closing::given_up: return false;
      case runtime_gate::closing::not_yet: break;
    }
  }
}

void tell(scheduler& home, std::string text) {
  home.log().write({log_level::error, {}, {}, std::move(text), home.timers().now()});
}

} // namespace

void end_runtime(std::unique_ptr<owned_system> system, scheduler& home) noexcept {
  if (join_all(home)) {
    home.services().clear();
    home.release_owner();
    return;
  }
  for (const auto& task : describe_abandoned(home))
    tell(home, task + " was abandoned: its body goes on after kill_hard");
  if (const auto n = home.blocks().gate().inside(); n != 0)
    tell(home, "callbacks of on_done() or of stop tokens were abandoned: " + std::to_string(n) +
                   " of them go on after kill_hard");
  home.release_owner();
  if (system != nullptr)
    leftovers::get().keep_for_good(std::move(system));
}

void end_runtime_elsewhere(std::unique_ptr<owned_system> system, scheduler& home) noexcept {
  auto* kept = system.release();
  try {
    leftovers::get().add_end(
        std::thread{[kept, &home] { end_runtime(std::unique_ptr<owned_system>{kept}, home); }});
  } catch (const std::exception& e) {
    tell(home,
         std::string{"the runtime was destroyed by a thread of its own, and there is none to end "
                     "it in, so it is kept for good: "} +
             e.what());
    leftovers::get().keep_for_good(std::unique_ptr<owned_system>{kept});
  }
}

} // namespace sweet::detail
