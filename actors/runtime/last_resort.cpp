// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/last_resort.hpp>

#include <sweet/actors/runtime/make_room.hpp>
#include <sweet/actors/runtime/recovery_record.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/side_block.hpp>
#include <sweet/actors/runtime/task_actor.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_steps.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace sweet::detail {

namespace {

/// The tasks below one, found without the help of any body: by a look at all blocks of the runtime.
/// Holds a reference to each, so that none is freed meanwhile.
class descendants {
public:
  /// @throws std::bad_alloc
  explicit descendants(cell& ancestor) : descendants(&ancestor) {
    scheduler_of(ancestor).blocks().for_each([this](cell& c) { look_at(c); });
  }
  ~descendants() {
    for (const auto& found : found_)
      release_reference(*found.task);
  }
  descendants(const descendants&) = delete;
  descendants& operator=(const descendants&) = delete;

  struct entry {
    cell* task;
    bool was_exposed; ///< somebody may hold a handle
  };
  /// Parents before their children.
  const std::vector<entry>& found() const noexcept { return found_; }

private:
  // So that the destructor releases what has been found when the look is given up.
  explicit descendants(cell* ancestor) noexcept : ancestor_(ancestor) {}

  // What is found to lie outside may be freed and come to lie inside while we look: such a task
  // takes over the level from its parent. What is inside is held, and so stays what it is.
  void look_at(cell& c) {
    path_.clear();
    bool inside = false;
    // Acquire pairs with the release of who has linked the task: a parent that has been carved
    // since its blocks were looked at is constructed.
    for (cell* task = &c;; task = path_.back()->parent.load(std::memory_order_acquire)) {
      if (task == nullptr || task == ancestor_) {
        inside = task != nullptr;
        break;
      }
      // Parents of blocks that are freed and used again while we look may even form a circle.
      if (const auto known = inside_.find(task); known != inside_.end()) {
        inside = known->second;
        break;
      }
      inside_.emplace(task, false);
      path_.push_back(task);
    }
    // From the top: a task that lives, and whose parent is inside, is inside.
    for (; inside && !path_.empty(); path_.pop_back())
      inside = hold(*path_.back());
  }

  bool hold(cell& c) {
    // Before it is held: there must be room to note that.
    const auto known = inside_.find(&c);
    make_room(found_);
    make_room(release_later_.held);
    const auto how = pin_live(c);
    if (how == pinned::no)
      return false;
    const cell* parent = c.parent.load(std::memory_order_relaxed);
    const bool below =
        parent == ancestor_ || (parent != nullptr && inside_.contains(const_cast<cell*>(parent)) &&
                                inside_.at(const_cast<cell*>(parent)));
    // It had not ended when we looked at its parent, so the parent was what we have held before.
    if (!below || c.is_done()) {
      release_later_.push_back(&c);
      return false;
    }
    known->second = true;
    found_.push_back({&c, how == pinned::exposed_before});
    return true;
  }

  cell* ancestor_;
  std::unordered_map<cell*, bool> inside_;
  std::vector<cell*> path_;
  std::vector<entry> found_;
  // Freeing a block takes the lock under which we look.
  struct references {
    std::vector<cell*> held;
    ~references() {
      for (cell* c : held)
        release_reference(*c);
    }
    void push_back(cell* c) { held.push_back(c); }
  } release_later_;
};

// Its body is in the middle of something: it neither waits nor is it queued to start.
bool is_executing(const cell& c) noexcept {
  return c.stage.load(std::memory_order_relaxed) == phase::running && c.wait() == wait_kind::none &&
         (c.inbox.load(std::memory_order_relaxed) & inbox::blocked) == 0;
}

// What winds up for a reason of its own keeps that reason.
task_error error_when_abandoned(cell& c) noexcept {
  const auto s = c.state.load(std::memory_order_acquire);
  if ((s & state::expired) != 0)
    return error_or_spare(error_code::timeout, [] {
      return task_error{error_code::timeout, "its time was over, and its body goes on"};
    });
  if (has_failed_child(c) && (s & state::collects) == 0)
    return failure_of_child(c);
  if ((s & state::failed) != 0)
    return error_or_spare(error_code::failure, [] {
      return task_error{error_code::failure, "failed, and tasks below it go on"};
    });
  return reason_of(c);
}

/// @returns whether its body is left behind
bool give_up(cell& c, bool resolve_anyway) noexcept {
  const bool executing = is_executing(c);
  if (resolve_anyway || executing)
    resolve_early(c, error_when_abandoned(c));
  request_cancel(c, cancellation_level::kill_hard);
  return executing;
}

/// @throws std::bad_alloc before anything has been done
void give_up_tree(cell& c) {
  std::uint32_t left_behind = 0;
  const descendants below{c};
  // Parents first: one that sees its child cancelled is to know that it is cancelled itself.
  if (!is_root(c))
    left_behind += give_up(c, true) ? 1 : 0;
  for (const auto& found : below.found())
    left_behind += give_up(*found.task, found.was_exposed) ? 1 : 0;
  // Relaxed: a count.
  if (side_block* side = side_or_spare(c))
    side->abandoned.fetch_add(left_behind, std::memory_order_relaxed);
  if (is_root(c)) {
    scheduler_of(c).root().raise(cancellation_level::kill_hard);
    scheduler_of(c).root().give_up();
    scheduler_of(c).blocks().gate().give_up();
  }
}

/// @throws std::bad_alloc; repeating it makes up for what it has missed
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
    return scheduler_of(c).root().rise_after();
  return side.limits != nullptr ? side.limits->rise_after : cancellation_times{};
}

void raise_to(cell& c, cancellation_level level) noexcept {
  if (is_root(c))
    scheduler_of(c).root().raise(level);
  else
    request_cancel(c, level);
}

void rise(cell& c) noexcept;

/// Has rise() called after that time. @pre the task's mutex is held, and the task has not ended
void arm_rising(cell& c, rising_level& rising, std::chrono::nanoseconds after) noexcept {
  timer_service& timers = scheduler_of(c).timers();
  rising.task = &c;
  rising.fire = [](timer_entry& e) noexcept {
    auto& due = static_cast<rising_level&>(e);
    if (due.deferred.exchange(true, std::memory_order_relaxed))
      return;
    add_reference(*due.task);
    scheduler_of(*due.task).timers().defer(due);
  };
  rising.call = [](deferred_call& d) noexcept {
    auto& due = static_cast<rising_level&>(d);
    cell& task = *due.task;
    due.deferred.store(false, std::memory_order_relaxed);
    rise(task);
    release_reference(task);
  };
  timers.arm(rising, later(timers.now(), after), scheduler_of(c).timer_shard());
}

/// There is no memory to find the tasks below: tries again, until there is.
/// @param side null: not even for that
/// @param from the level that rises then
void rise_again_soon(cell& c, side_block* side, cancellation_level from) noexcept {
  constexpr auto soon = std::chrono::milliseconds{10};
  if (side == nullptr)
    return;
  expose(c);
  std::lock_guard guard{task_actor::of(c).mutex()};
  rising_level& rising = side->rising;
  if (rising.stopped || c.is_done())
    return;
  scheduler_of(c).timers().cancel(rising);
  rising.from = std::max(rising.from, from);
  arm_rising(c, rising, soon);
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
    // At kill_hard outcomes come first: what is signalled before that may complete.
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
  std::lock_guard guard{task_actor::of(c).mutex()};
  // Under the mutex: stop_rising() comes after `done` and takes it, too.
  rising_level& rising = side->rising;
  if (rising.stopped || c.is_done() || rising.from >= level)
    return;
  scheduler_of(c).timers().cancel(rising);
  rising.from = level;
  if (after != cancellation_times::never)
    arm_rising(c, rising, after);
}

void stop_rising(cell& c) noexcept {
  side_block* side = find_side(c);
  if (side == nullptr)
    return;
  std::lock_guard guard{task_actor::of(c).mutex()};
  side->rising.stopped = true;
  scheduler_of(c).timers().cancel(side->rising);
}

namespace {

// A reason for which there is no memory is left out: that the task stops comes first.
void note_reason(cell& c, const std::string& reason) noexcept {
  side_block* side = side_or_spare(c);
  if (side == nullptr)
    return;
  auto error = error_or_spare(error_code::cancelled, [&reason] {
    return task_error{error_code::cancelled, "cancelled: " + reason};
  });
  std::lock_guard guard{task_actor::of(c).mutex()};
  if (!side->reason)
    side->reason = std::move(error);
}

} // namespace

void cancel_task(cell& c, cancellation_level level, const std::string& reason) noexcept {
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
    raise_to(c, cancellation_level::kill);
    rise_again_soon(c, side_or_spare(c), cancellation_level::kill);
  }
}

bool resolve_early(cell& c, task_error error) noexcept {
  side_block* side = side_or_spare(c);
  if (side == nullptr)
    return false;
  const bool failure = error.code() != error_code::cancelled;
  error = describe(c, std::move(error));
  auto s = c.state.load(std::memory_order_acquire);
  {
    std::lock_guard guard{task_actor::of(c).mutex()};
    if (c.has_outcome())
      return false;
    side->early = error;
    constexpr auto bits = state::resolved | state::resolving;
    do {
      if ((s & (state::done | state::ending)) != 0) {
        side->early = {};
        return false;
      }
      // Release: who sees `resolved` sees the error. Acquire: if the parent has announced that it
      // waits, the token is ours to bring, and it waits until we have.
    } while (!c.state.compare_exchange_weak(
        s, (s & ~state::awaited) | bits | (failure ? state::resolved_failed : 0u),
        std::memory_order_acq_rel, std::memory_order_acquire));
  }
  // Who ends the task waits for `resolving` to go, so the parent is there.
  cell* parent = c.parent.load(std::memory_order_relaxed);
  if (failure && escalates(s))
    report_failure(*parent, error);
  if ((s & state::grouped) != 0)
    push_resolved(*parent, c);
  if ((s & state::awaited) != 0)
    wake(*parent);
  // Release: our touches of the parent come before what the end of the task lets happen to it.
  c.state.fetch_and(~state::resolving, std::memory_order_release);
  notify_end(c);
  return true;
}

std::vector<std::string> describe_abandoned(scheduler& home) {
  std::vector<std::string> lines;
  const descendants all{home.root().task()};
  for (const auto& found : all.found()) {
    cell& c = *found.task;
    if ((c.state.load(std::memory_order_relaxed) & state::resolved) == 0 || c.is_done())
      continue;
    // Its body has ended, and waits for those below it.
    if (c.stage.load(std::memory_order_relaxed) == phase::draining)
      continue;
    // An attempt is named as its task, once.
    cell& task = visible_task(c);
    if (&task != &c && (task.state.load(std::memory_order_relaxed) & state::resolved) != 0)
      continue;
    const auto name = name_of(task);
    lines.push_back("task " + to_string(id_of(task)) + (name.empty() ? "" : " \"" + name + "\""));
  }
  return lines;
}

} // namespace sweet::detail
