// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/take_snapshot.hpp>

#include <sweet/actors/runtime/cell/held_wait.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/relatives.hpp>
#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/wait_view.hpp>
#include <sweet/messages/task_wait.hpp>
#include <sweet/messages/type_text.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

namespace {

constexpr const char* stopping = "stopping";
constexpr const char* draining = "joining children";

const char* describe(const cell& c) noexcept {
  switch (c.stage()) {
    case phase::queued: return waits_for_its_turn(c) ? "waiting for its turn" : "queued";
    case phase::stopping: return stopping;
    case phase::draining: return c.state.peek().any(state_word::cancelled) ? stopping : draining;
    case phase::running:
    case phase::ended: break;
  }
  if (c.waits_for() == wait_kind::yield)
    return "yielding";
  return c.state.peek().any(state_word::blocking) && c.waits_for() == wait_kind::none
             ? "on a blocking thread"
             : "";
}

/// What a task does: the part that an attempt shows in place of the task that recovers.
struct activity {
  std::string detail;
  task_wait wait;
  std::string body;
  const cell* holder = nullptr; ///< of what it waits for, to be looked for among the tasks
};

/// Says which task is waited for. @pre `of` is held, so that the target cannot go
void identify_target(cell& of, cell& target, task_wait& wait) {
  cell& shown = visible_task(target);
  task_id id;
  identify_live(shown, id, &wait.target_name);
  // Ids are those of one runtime.
  if (&home_of(shown) == &home_of(of))
    wait.target = id;
}

/// Looks at the wait of a task whose body waits.
void look_at_wait(cell& c, activity& seen) {
  held_wait held{c};
  if (!held)
    return;
  const auto view = held.view();
  task_wait wait;
  wait.on = view.on;
  wait.blocks_thread = held.blocks_thread();
  if (view.target != nullptr) {
    if (is_attempt(*view.target))
      return; // which says what the task does
    identify_target(c, *view.target, wait);
  }
  const auto now = [&] { return home_of(c).timers().now(); };
  if (view.until != clock::time_point::max())
    wait.left = view.until - now();
  if (const auto* meter = task_meter::find(visible_task(c));
      meter != nullptr && !wait.blocks_thread)
    if (const auto since = meter->waits_since())
      wait.since = now() - *since;
  const std::string_view body = c.ops->type;
  // Otherwise the wait may be over, and the tasks that it names may have ended before the look.
  if (!held.let_go())
    return;
  seen.wait = std::move(wait);
  seen.body = short_type_text(body);
  seen.holder = view.holder;
}

activity look_at(cell& c) {
  activity seen;
  seen.detail = describe(c);
  if (seen.detail == stopping || seen.detail == draining)
    seen.wait.on = wait_reason::children;
  else if (seen.detail.empty())
    look_at_wait(c, seen);
  return seen;
}

/// Describes a task that recovers; while an attempt runs, the attempt says what the task does.
void describe_recovery(const cell& c, const recovery_view& recovery, task_snapshot& task,
                       activity& seen) {
  task.attempt = recovery.attempt;
  task.attempts = recovery.attempts;
  if (c.stage() != phase::running)
    return;
  switch (recovery.stage) {
    case recovery_stage::attempting: break; // the attempt says what the task does
    case recovery_stage::rate_limited: seen.detail = "waiting for the rate limit"; break;
    case recovery_stage::backing_off: seen.detail = "backing off"; break;
    case recovery_stage::in_fallback: seen.detail = "in fallback"; break;
  }
}

/// Says of the tasks that stop how many children they wait for.
void count_children(tree_snapshot& tree) {
  const auto stops = [](const task_snapshot& task) { return task.detail == stopping; };
  if (std::ranges::none_of(tree.tasks, stops))
    return;
  std::unordered_map<std::uint64_t, std::size_t> children; // by the parent's id
  for (const auto& task : tree.tasks)
    ++children[task.parent.value];
  for (auto& task : tree.tasks)
    if (stops(task))
      if (const auto found = children.find(task.id.value); found != children.end())
        task.detail += ": waits for " + std::to_string(found->second) +
                       (found->second == 1 ? " child" : " children");
}

/// Takes one snapshot.
class snapshot_taker {
public:
  explicit snapshot_taker(task_home& home) noexcept : root_(home.root().task()) {}

  /// Adds the task that `c` holds, if it holds one.
  void look_at_block(cell& c) {
    // A task without a parent is being made, and not in the tree yet.
    cell* parent = visible_parent(c);
    if (parent == nullptr && &c != &root_)
      return;
    if (is_attempt(c)) {
      if (task_id of; identify_live(*parent, of, nullptr)) {
        attempt_cells_.emplace(&c, of);
        attempts_.emplace(of, look_at(c));
      }
      return;
    }
    task_snapshot task;
    if (!identify_live(c, task.id, &task.name))
      return;
    task.status = status_of(c);
    activity seen;
    if (&c != &root_)
      seen = look_at(c);
    task.priority = c.priority();
    task.level = c.level();
    if (c.state.peek().has_side_block()) {
      task.progress = progress_of(c);
      if (const auto recovery = view_recovery(c))
        describe_recovery(c, *recovery, task, seen);
    }
    if (parent != nullptr && !identify_live(*parent, task.parent, nullptr))
      return;
    // While the task lives so does its parent: then the block has not been reused meanwhile.
    task_id same;
    if (!identify_live(c, same, nullptr) || same != task.id || c.is_done())
      return;
    if (is_terminal(task.status))
      seen.detail = task.level == cancellation_level::kill_hard ? "abandoned" : "winding up";
    show(std::move(seen), task, tree_.tasks.size());
    cells_.push_back(&c);
    tree_.tasks.push_back(std::move(task));
  }

  tree_snapshot finish() && {
    for (std::size_t i = 0; !attempts_.empty() && i < tree_.tasks.size(); ++i) {
      task_snapshot& task = tree_.tasks[i];
      const auto attempt = attempts_.find(task.id);
      if (attempt == attempts_.end() || task.wait)
        continue;
      if (!task.detail.empty())
        attempt->second.detail = std::move(task.detail);
      show(std::move(attempt->second), task, i);
    }
    if (!holders_.empty())
      name_holders();
    count_children(tree_);
    return std::move(tree_);
  }

private:
  /// @param place of the task in tree_
  void show(activity&& seen, task_snapshot& task, std::size_t place) {
    task.detail = std::move(seen.detail);
    task.wait = std::move(seen.wait);
    if (task.name.empty())
      task.body = std::move(seen.body);
    if (seen.holder != nullptr)
      holders_.emplace_back(place, seen.holder);
  }

  /// Says who holds what others wait for. The block of the holder may have got another task
  /// meanwhile.
  void name_holders() {
    std::unordered_map<const cell*, std::size_t> places;
    std::unordered_map<task_id, std::size_t> of_recovering;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      places.emplace(cells_[i], i);
      if (!attempt_cells_.empty())
        of_recovering.emplace(tree_.tasks[i].id, i);
    }
    for (const auto& [attempt, of] : attempt_cells_)
      if (const auto place = of_recovering.find(of); place != of_recovering.end())
        places.emplace(attempt, place->second);
    for (const auto& [waits, holder] : holders_)
      if (const auto found = places.find(holder); found != places.end()) {
        tree_.tasks[waits].wait.target = tree_.tasks[found->second].id;
        tree_.tasks[waits].wait.target_name = tree_.tasks[found->second].name;
      }
  }

  cell& root_;
  tree_snapshot tree_;
  std::vector<const cell*> cells_; ///< of the tasks in tree_, in the same order
  /// Who waits, by the place in tree_, for what a task holds.
  std::vector<std::pair<std::size_t, const cell*>> holders_;
  // By the task that they are attempts at.
  std::unordered_map<task_id, activity> attempts_;
  std::unordered_map<const cell*, task_id> attempt_cells_;
};

} // namespace

tree_snapshot take_snapshot(task_home& home) {
  snapshot_taker taker{home};
  home.blocks().for_each(
      [&](block_header& block) { taker.look_at_block(static_cast<cell&>(block)); });
  return std::move(taker).finish();
}

} // namespace sweet::inline v0_5::detail
