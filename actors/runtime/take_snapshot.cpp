// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/take_snapshot.hpp>

#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/relatives.hpp>
#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

const char* describe_wait(const cell& c) noexcept {
  switch (c.waits_for()) {
    case wait_kind::none:
    case wait_kind::came:
    case wait_kind::served:
    case wait_kind::stop: break;
    case wait_kind::child:
    case wait_kind::outcome: return "awaiting a child";
    case wait_kind::set: return "awaiting a group";
    case wait_kind::source: return "waiting";
    case wait_kind::thread: return "blocked in await()";
    case wait_kind::yield: return "yielding";
    case wait_kind::join: return "awaiting an attempt";
  }
  return c.state.peek().any(state_word::blocking) ? "on a blocking thread" : "";
}

constexpr const char* stopping = "stopping";

const char* describe(const cell& c) noexcept {
  switch (c.stage()) {
    case phase::queued: return waits_for_its_turn(c) ? "waiting for its turn" : "queued";
    case phase::stopping: return stopping;
    case phase::draining:
      return c.state.peek().any(state_word::cancelled) ? stopping : "joining children";
    case phase::running:
    case phase::ended: break;
  }
  return describe_wait(c);
}

/// Describes a task that recovers; while an attempt runs, the attempt says what the task does.
void describe_recovery(const cell& c, const recovery_view& recovery, task_snapshot& task) {
  task.attempt = recovery.attempt;
  task.attempts = recovery.attempts;
  if (c.stage() != phase::running)
    return;
  switch (recovery.stage) {
    case recovery_stage::attempting: task.detail.clear(); break;
    case recovery_stage::rate_limited: task.detail = "waiting for the rate limit"; break;
    case recovery_stage::backing_off: task.detail = "backing off"; break;
    case recovery_stage::in_fallback: task.detail = "in fallback"; break;
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

} // namespace

tree_snapshot take_snapshot(task_home& home) {
  tree_snapshot tree;
  std::unordered_map<std::uint64_t, const char*> attempts; // what each does, by the task's id
  cell& root = home.root().task();
  home.blocks().for_each([&](block_header& block) {
    cell& c = static_cast<cell&>(block);
    task_snapshot task;
    // A task without a parent is being made, and not in the tree yet.
    cell* parent = visible_parent(c);
    if (parent == nullptr && &c != &root)
      return;
    if (is_attempt(c)) {
      if (task_id of; identify_live(*parent, of, nullptr))
        attempts.emplace(of.value, describe(c));
      return;
    }
    if (!identify_live(c, task.id, &task.name))
      return;
    task.status = status_of(c);
    task.detail = &c == &root ? "" : describe(c);
    task.priority = c.priority();
    task.level = c.level();
    if (c.state.peek().has_side_block()) {
      task.progress = progress_of(c);
      if (const auto recovery = view_recovery(c))
        describe_recovery(c, *recovery, task);
    }
    if (parent != nullptr && !identify_live(*parent, task.parent, nullptr))
      return;
    // While the task lives so does its parent: then the block has not been reused meanwhile.
    task_id same;
    if (identify_live(c, same, nullptr) && same == task.id && !c.is_done()) {
      if (is_terminal(task.status))
        task.detail = task.level == cancellation_level::kill_hard ? "abandoned" : "winding up";
      tree.tasks.push_back(std::move(task));
    }
  });
  for (auto& task : tree.tasks)
    if (const auto attempt = attempts.find(task.id.value);
        attempt != attempts.end() && task.detail.empty())
      task.detail = attempt->second;
  count_children(tree);
  return tree;
}

} // namespace sweet::inline v0_5::detail
