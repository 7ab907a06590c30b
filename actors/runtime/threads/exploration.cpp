// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/exploration.hpp>

#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_run.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/threads/explorer.hpp>
#include <sweet/actors/runtime/threads/processor.hpp>
#include <sweet/strategies/later.hpp>

#include <cstdint>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

// A limit below which every stack lies: the thread never helps.
constexpr std::uintptr_t never_help = UINTPTR_MAX;

/// Whether the body has asked for a thread of its own and not started yet.
bool asks_for_thread(const cell& c) noexcept {
  return c.state.peek().any(state_word::blocking) && c.stage() == phase::running &&
         c.waits_for() == wait_kind::none;
}

} // namespace

void exploration::collect(processor& p) {
  const auto take = [this](job j, unsigned = 0) { candidates_.push_back(j); };
  p.drain(take);
  while (home_.injected().take_share(1, take))
    continue;
}

job exploration::next(processor& p) {
  timer_service& timers = home_.timers();
  for (;;) {
    collect(p);
    const auto jobs = candidates_.size();
    if (const auto n = jobs + timers.count_due(); n != 0) {
      const auto i = explorer_.choose(n);
      if (i < jobs) {
        std::swap(candidates_[i], candidates_.back());
        const job j = candidates_.back();
        candidates_.pop_back();
        return j;
      }
      timers.fire_due(i - jobs);
      continue;
    }
    // While no task is there, timers are those of CAF's actors only: nothing waits for them.
    if (const auto due = timers.next_due(); due && !home_.root().is_empty()) {
      explorer_.move_to(*due);
      continue;
    }
    explorer_.quiet();
    if (!p.wait_for_work())
      return {};
  }
}

void exploration::run(processor& p, job j, std::uintptr_t stack_limit) {
  thread_state& t = this_thread();
  if (j.is_task() && asks_for_thread(j.task())) {
    t.stack_limit = never_help;
    run_blocking_body(j.task());
    return;
  }
  // Whether a body in await() helps or hands its processor over depends on the stack elsewhere.
  t.stack_limit = explorer_.choose(2) == 0 ? never_help : stack_limit;
  p.run(j);
}

void exploration::pass(clock::duration d) {
  timer_service& timers = home_.timers();
  const auto end = later(timers.now(), d);
  // Timers belong to no task.
  cell* const task = std::exchange(this_thread().task, nullptr);
  for (;;) {
    if (const auto n = timers.count_due(); n != 0)
      timers.fire_due(explorer_.choose(n));
    else if (const auto due = timers.next_due(); due && *due <= end)
      explorer_.move_to(*due);
    else
      break;
  }
  explorer_.move_to(end);
  this_thread().task = task;
}

bool exploration::drive() {
  const auto stack_limit = this_thread().stack_limit;
  bool more = true;
  while (more && this_thread().driven != nullptr) {
    processor& p = processor::of(this_thread());
    if (const job j = next(p))
      run(p, j, stack_limit);
    else
      more = false;
  }
  this_thread().stack_limit = stack_limit;
  return more;
}

} // namespace sweet::inline v0_5::detail
