// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime_end.hpp>

#include <sweet/actors/runtime/cell/descendants.hpp>
#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/owned_system.hpp>
#include <sweet/actors/runtime/threads/scheduler.hpp>

#include <mutex>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

namespace {

/// The actor systems, and the threads that end runtimes, which outlive their runtimes.
class leftovers {
public:
  /// Never destroyed: tasks that go on use what is kept here.
  static leftovers& get() {
    static auto& all = *new leftovers;
    return all;
  }

  void keep_for_good(std::unique_ptr<owned_system> system) noexcept {
    std::lock_guard guard{mutex_};
    system->next = std::move(kept_);
    kept_ = std::move(system);
  }

  /// @throws std::bad_alloc, std::system_error
  template <class F>
  void add_end(F&& end) {
    static const struct join_at_exit {
      join_at_exit() = default;
      ~join_at_exit() { get().join_ends(); }
    } at_exit;
    std::lock_guard guard{mutex_};
    // The place is made first: a thread that is made stays.
    auto& place = ends_.emplace_back();
    try {
      place = std::thread{std::forward<F>(end)};
    } catch (...) {
      ends_.pop_back();
      throw;
    }
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
  std::unique_ptr<owned_system> kept_; // mutex_
  std::vector<std::thread> ends_;      // mutex_
};

/// Waits for tasks and for callbacks of on_done(). @returns false if some go on after kill_hard
bool join_all(scheduler& home) {
  runtime_gate& gate = home.blocks().gate();
  for (;;) {
    // Callers that are inside now, or enter after this, may start tasks that join_or_give_up()
    // misses.
    const auto passages = gate.passages();
    if (!home.root().join_or_give_up())
      return false;
    switch (gate.close(passages, home.timers().now())) {
      case runtime_gate::closing::closed: return true;
      case runtime_gate::closing::given_up: return false;
      case runtime_gate::closing::not_yet: break;
    }
  }
}

template <class F>
void tell(scheduler& home, F&& make_text) noexcept {
  home.log().write_made(
      [&] { return log_record{log_level::error, {}, {}, make_text(), home.timers().now()}; });
}

void tell_abandoned(scheduler& home) noexcept {
  try {
    for (const auto& task : describe_abandoned(home))
      tell(home, [&] { return task + " was abandoned: its body goes on after kill_hard"; });
  } catch (const std::bad_alloc&) {
    tell(home,
         [] { return std::string{"tasks were abandoned: their bodies go on after kill_hard"}; });
  }
  if (const auto n = home.blocks().gate().inside(); n != 0)
    tell(home, [n] {
      return "callbacks of on_done() or of stop tokens were abandoned: " + std::to_string(n) +
             " of them go on after kill_hard";
    });
}

} // namespace

void end_runtime(std::unique_ptr<owned_system> system, scheduler& home) noexcept {
  if (join_all(home)) {
    home.lost().close();
    home.services().clear();
    home.release_owner();
    return;
  }
  tell_abandoned(home);
  home.release_owner();
  if (system != nullptr)
    leftovers::get().keep_for_good(std::move(system));
}

void end_runtime_elsewhere(std::unique_ptr<owned_system> system, scheduler& home) noexcept {
  auto* kept = system.release();
  try {
    leftovers::get().add_end(
        [kept, &home] { end_runtime(std::unique_ptr<owned_system>{kept}, home); });
  } catch (const std::exception& e) {
    tell(home, [&e] {
      return std::string{
                 "a task or callback destroyed its own runtime, and no thread could be made "
                 "to end it: it is kept for good: "} +
             e.what();
    });
    leftovers::get().keep_for_good(std::unique_ptr<owned_system>{kept});
  }
}

} // namespace sweet::inline v0_5::detail
