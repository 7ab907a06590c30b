// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cancel.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/descendants.hpp>
#include <sweet/actors/runtime/cell/resolve_early.hpp>
#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/time/deferred_call.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

namespace {

// Whether the body is running: it neither waits nor is queued to start.
bool is_executing(const cell& c) noexcept {
  if (c.stage() == phase::stopping)
    return true;
  return c.stage() == phase::running && c.waits_for() == wait_kind::none &&
         !c.inbox.peek().is_blocked();
}

// Returns the error of a task that is given up. A task that winds up for a reason of its own keeps
// that reason.
task_error error_when_abandoned(cell& c) noexcept {
  const auto s = c.state.see();
  if (s.is_expired())
    return error_or_spare(error_code::timeout, [] {
      return task_error{error_code::timeout, "its time was over, and its body goes on"};
    });
  if (has_failed_child(c) && !s.any(state_word::collects))
    return failure_of_child(c);
  if (s.any(state_word::failed))
    return error_or_spare(error_code::failure, [] {
      return task_error{error_code::failure, "failed, and tasks below it go on"};
    });
  return reason_of(c);
}

/// Raises the task to kill_hard, and gives it its outcome first if its body is running or
/// `resolve_anyway` says so.
/// @returns whether the body is left behind
bool give_up(cell& c, bool resolve_anyway) noexcept {
  const bool executing = is_executing(c);
  if (resolve_anyway || executing)
    resolve_early(c, error_when_abandoned(c));
  request_cancel(c, cancellation_level::kill_hard);
  return executing;
}

/// Gives up the task and all tasks below it. @throws std::bad_alloc before anything has been done
void give_up_tree(cell& c) {
  std::uint32_t left_behind = 0;
  const descendants below{c};
  // Parents come first: a parent that sees its child cancelled is to know that it is cancelled
  // itself.
  if (!is_root(c))
    left_behind += give_up(c, true) ? 1 : 0;
  for (const auto& found : below.found())
    left_behind += give_up(*found.task, found.was_exposed) ? 1 : 0;
  // Relaxed: a count.
  if (side_block* side = side_or_spare(c))
    side->abandoned.fetch_add(left_behind, std::memory_order_relaxed);
  if (is_root(c)) {
    home_of(c).root().raise(cancellation_level::kill_hard);
    home_of(c).root().give_up();
    home_of(c).blocks().gate().give_up();
  }
}

/// The members of a group that are not given up yet, newest first. @throws std::bad_alloc
std::vector<cell*> members_of(cell& parent, std::uint16_t slot) {
  std::vector<cell*> members;
  cell* const oldest = parent.children;
  if (oldest == nullptr)
    return members;
  cell* child = oldest;
  do {
    child = child->prev;
    if (child->group == slot && !child->is_done() && child->level() < cancellation_level::kill_hard)
      members.push_back(child);
  } while (child != oldest);
  return members;
}

/// Gives up these tasks, and all tasks below them. @throws std::bad_alloc before anything
/// has been done
void give_up_trees(const std::vector<cell*>& members) {
  const descendants below{members};
  // The member itself, or the one above.
  std::unordered_map<const cell*, cell*> member_of;
  for (cell* member : members)
    member_of.emplace(member, member);
  for (const auto& found : below.found())
    member_of.emplace(found.task, member_of.at(found.task->parent.load(std::memory_order_relaxed)));
  const auto give_up_below = [](cell& c, bool resolve_anyway, cell& member) {
    if (!give_up(c, resolve_anyway))
      return;
    // Relaxed: a count.
    if (side_block* side = side_or_spare(member))
      side->abandoned.fetch_add(1, std::memory_order_relaxed);
  };
  // As in give_up_tree().
  for (cell* member : members)
    give_up_below(*member, true, *member);
  for (const auto& found : below.found())
    give_up_below(*found.task, found.was_exposed, *member_of.at(found.task));
}

/// Raises the level of all tasks below `c`, except where a shield keeps it off.
/// @throws std::bad_alloc; a later call reaches the tasks that this one has missed
void reach_tree(cell& c, cancellation_level level) {
  const descendants below{c};
  // A level that a shield keeps off a task does not reach those below it either.
  std::unordered_set<const cell*> shielded;
  for (const auto& found : below.found()) {
    cell& task = *found.task;
    if (level > task.shield() && !shielded.contains(task.parent.load(std::memory_order_relaxed)))
      request_cancel(task, level);
    else
      shielded.insert(&task);
  }
}

cancellation_times times_of(cell& c, side_block& side) noexcept {
  if (is_root(c))
    return home_of(c).root().rise_after();
  return side.limits != nullptr ? side.limits->rise_after : cancellation_times{};
}

void raise_to(cell& c, cancellation_level level) noexcept {
  if (is_root(c))
    home_of(c).root().raise(level);
  else
    request_cancel(c, level);
}

void rise(cell& c) noexcept;

/// Arms the timer that calls rise() after that time.
/// @pre the task's mutex is held, and the task has not ended
void arm_rising(cell& c, rising_level& rising, std::chrono::nanoseconds after) noexcept {
  timer_service& timers = home_of(c).timers();
  rising.task = &c;
  rising.fire = [](timer_entry& e) noexcept {
    auto& due = static_cast<rising_level&>(e);
    if (due.deferred.exchange(true, std::memory_order_relaxed))
      return;
    add_reference(*due.task);
    home_of(*due.task).timers().defer(due);
  };
  rising.call = [](deferred_call& d) noexcept {
    auto& due = static_cast<rising_level&>(d);
    cell& task = *due.task;
    due.deferred.store(false, std::memory_order_relaxed);
    rise(task);
    release_reference(task);
  };
  timers.arm(rising, later(timers.now(), after), timer_shard());
}

/// Has rise() called soon, because there is no memory now to find the tasks below.
/// @param side null if there is no memory for that either: then nothing happens
/// @param from the level that rises then
void rise_again_soon(cell& c, side_block* side, cancellation_level from) noexcept {
  constexpr auto soon = std::chrono::milliseconds{10};
  if (side == nullptr)
    return;
  expose(c);
  std::lock_guard guard{mutex_of(c)};
  rising_level& rising = side->rising;
  if (rising.stopped || c.is_done())
    return;
  home_of(c).timers().cancel(rising);
  rising.from = std::max(rising.from, from);
  arm_rising(c, rising, soon);
}

/// Gives up the tree once there is the memory for it.
void give_up_soon(cell& c) noexcept {
  raise_to(c, cancellation_level::kill);
  rise_again_soon(c, side_or_spare(c), cancellation_level::kill);
}

void rise(cell& c) noexcept {
  // A root that has been opened again for another runtime is not cancelled any more.
  if (c.is_done() || c.level() == cancellation_level::none)
    return;
  side_block& side = *find_side(c);
  const bool again = side.rising.has_to_reach.exchange(false, std::memory_order_relaxed);
  const auto next = c.level() == cancellation_level::graceful || again
                        ? cancellation_level::kill
                        : cancellation_level::kill_hard;
  try {
    // At kill_hard outcomes come first: a task that is signalled before it has one may complete.
    if (next == cancellation_level::kill_hard)
      return give_up_tree(c);
    raise_to(c, next);
    reach_tree(c, next);
  } catch (const std::bad_alloc&) {
    side.rising.has_to_reach.store(next == cancellation_level::kill, std::memory_order_relaxed);
    return rise_again_soon(c, &side, cancellation_level::graceful);
  }
  start_rising(c);
}

} // namespace

void start_rising(cell& c) noexcept {
  const auto level = c.level();
  if (level == cancellation_level::none || level == cancellation_level::kill_hard)
    return;
  side_block* side = side_or_spare(c);
  if (side == nullptr)
    return;
  const auto times = times_of(c, *side);
  const auto after = level == cancellation_level::graceful ? times.graceful : times.kill;
  expose(c);
  std::lock_guard guard{mutex_of(c)};
  // Under the mutex, which stop_rising() takes, too, once `done` is set.
  rising_level& rising = side->rising;
  if (rising.stopped || c.is_done() || rising.from >= level)
    return;
  home_of(c).timers().cancel(rising);
  rising.from = level;
  if (after != cancellation_times::never)
    arm_rising(c, rising, after);
}

void stop_rising(cell& c) noexcept {
  side_block* side = find_side(c);
  if (side == nullptr)
    return;
  std::lock_guard guard{mutex_of(c)};
  side->rising.stopped = true;
  home_of(c).timers().cancel(side->rising);
}

namespace {

// A reason for which there is no memory is left out: it matters more that the task stops.
void note_reason(cell& c, std::string_view reason) noexcept {
  side_block* side = side_or_spare(c);
  if (side == nullptr)
    return;
  auto error = error_or_spare(error_code::cancelled, [reason] {
    return task_error{error_code::cancelled, "cancelled: " + std::string{reason}};
  });
  std::lock_guard guard{mutex_of(c)};
  if (!side->reason)
    side->reason = std::move(error);
}

} // namespace

void cancel_task(cell& c, cancellation_level level, std::string_view reason) noexcept {
  if (level == cancellation_level::none || c.is_done())
    return;
  if (!reason.empty())
    note_reason(c, reason);
  if (level <= c.level())
    return;
  if (level != cancellation_level::kill_hard) {
    raise_to(c, level);
    return start_rising(c);
  }
  try {
    give_up_tree(c);
  } catch (const std::bad_alloc&) {
    give_up_soon(c);
  }
}

void give_up_members(cell& parent, std::uint16_t slot) noexcept {
  try {
    if (const auto members = members_of(parent, slot); !members.empty())
      give_up_trees(members);
  } catch (const std::bad_alloc&) {
    cell* child = parent.children;
    do {
      child = child->prev;
      if (child->group == slot && !child->is_done())
        give_up_soon(*child);
    } while (child != parent.children);
  }
}

void cancel_shared(cell& task, cancellation_level level, std::string_view reason) noexcept {
  if (task.is_done())
    return;
  if (const runtime_hold held{task})
    cancel_task(task, level, reason);
}

} // namespace sweet::inline v0_5::detail
