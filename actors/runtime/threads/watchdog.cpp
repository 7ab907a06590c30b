// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/watchdog.hpp>

#include <sweet/actors/runtime/cell/relatives.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/duration_text.hpp>
#include <sweet/messages/log_record.hpp>
#include <sweet/strategies/later.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

// So many tasks are kept in mind, so that each is warned of once.
constexpr std::size_t max_warned = 1024;

} // namespace

watchdog::watchdog(task_home& home, std::function<turn(std::size_t)> turn_of)
    : home_(home), turn_of_(std::move(turn_of)) {
  timer_.owner = look_.owner = this;
  // The log is a function of the user's: the thread of the timers must not call it.
  timer_.fire = [](timer_entry& e) noexcept {
    watchdog& self = *static_cast<timer&>(e).owner;
    self.home_.timers().defer(self.look_);
  };
  look_.call = [](deferred_call& c) noexcept { static_cast<looking&>(c).owner->look(); };
}

void watchdog::start(std::chrono::nanoseconds limit) {
  std::lock_guard guard{mutex_};
  limit_ = limit;
  watches_.clear();
  if (limit.count() > 0 && home_.timers().runs_by_itself())
    watches_.assign(home_.workers(), turn_watch{limit});
  if (!watches_.empty() && !armed_ && !stopped_)
    arm();
}

void watchdog::stop() noexcept {
  {
    std::lock_guard guard{mutex_};
    stopped_ = true;
  }
  home_.timers().cancel(timer_);
}

void watchdog::unpark() noexcept {
  std::lock_guard guard{mutex_};
  // Relaxed: the mutex orders it among those that change it.
  if (parked_.exchange(false, std::memory_order_relaxed) && !stopped_ && !watches_.empty())
    arm();
}

/// Under the mutex.
void watchdog::arm() noexcept {
  armed_ = true;
  auto& timers = home_.timers();
  timers.arm(timer_, later(timers.now(), watches_.front().period()), 0);
}

void watchdog::look() noexcept {
  std::vector<const cell*> too_long;
  try {
    look_at_all(too_long);
    for (const cell* c : too_long)
      warn(c);
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
}

void watchdog::look_at_all(std::vector<const cell*>& too_long) {
  std::lock_guard guard{mutex_};
  armed_ = false;
  if (stopped_ || watches_.empty())
    return;
  too_long.reserve(watches_.size());
  const auto now = home_.timers().now();
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    const auto [turns, body] = turn_of_(i);
    if (watches_[i].look(turns, body, now))
      too_long.push_back(body);
  }
  const auto all_sleep = [this] { return home_.idle().sleeping() == watches_.size(); };
  if (!all_sleep())
    return arm();
  parked_.store(true, std::memory_order_seq_cst);
  if (!all_sleep() && parked_.exchange(false, std::memory_order_relaxed))
    arm();
}

// The task may have ended meanwhile, and another one may have its block: then the wrong one is
// named. Its memory may even be gone: it is touched only if it is found among the blocks.
void watchdog::warn(const cell* c) {
  log_record record{.level = log_level::warning};
  home_.blocks().for_each([&](block_header& block) {
    if (&block != c)
      return;
    cell* task = static_cast<cell*>(&block);
    // Users know the parent of an attempt.
    if (is_attempt(*task))
      task = visible_parent(*task);
    if (task != nullptr)
      identify_live(*task, record.task, &record.name);
  });
  if (!record.task)
    return;
  {
    std::lock_guard guard{mutex_};
    if (warned_.size() == max_warned)
      warned_.clear();
    if (!warned_.insert(record.task).second)
      return;
    record.text = "has held a worker for over " + to_text(limit_) +
                  ", while other tasks wait for it: a body that computes for long, or blocks, is "
                  "to say blocking()";
  }
  record.time = home_.timers().now();
  home_.log().write(record);
}

} // namespace sweet::inline v0_5::detail
