// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/take_snapshot.hpp>

#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_reports.hpp>

namespace sweet::detail {

namespace {

const char* describe_wait(const cell& c) noexcept {
  switch (c.wait()) {
    case wait_kind::none: break;
    case wait_kind::child: return "awaiting a child";
    case wait_kind::group: return "awaiting a group";
    case wait_kind::source: return "waiting";
    case wait_kind::thread: return "blocked in await()";
    case wait_kind::yield: return "yielding";
  }
  return (c.state.load(std::memory_order_relaxed) & state::blocking) != 0 ? "on a blocking thread"
                                                                          : "";
}

const char* describe(const cell& c) noexcept {
  switch (c.stage.load(std::memory_order_relaxed)) {
    case phase::queued: return waits_for_its_turn(c) ? "waiting for its turn" : "queued";
    case phase::draining: return "joining children";
    case phase::running:
    case phase::ended: break;
  }
  return describe_wait(c);
}

} // namespace

tree_snapshot take_snapshot(scheduler& home) {
  tree_snapshot tree;
  cell& root = home.root().task();
  home.blocks().for_each([&](cell& c) {
    task_snapshot task;
    // A task without a parent is being made, and not in the tree yet.
    // Acquire pairs with the release of who has linked the task: the parent is constructed.
    cell* parent = c.parent.load(std::memory_order_acquire);
    if ((parent == nullptr && &c != &root) || !identify_live(c, task.id, &task.name))
      return;
    task.status = status_of(c);
    task.detail = &c == &root ? "" : describe(c);
    task.priority = c.priority();
    task.level = c.level();
    if ((c.state.load(std::memory_order_relaxed) & state::has_side) != 0)
      task.progress = progress_of(c);
    if (parent != nullptr && !identify_live(*parent, task.parent, nullptr))
      return;
    // While the task lives so does its parent: then the block has not been reused meanwhile.
    task_id same;
    if (identify_live(c, same, nullptr) && same == task.id && !is_terminal(task.status))
      tree.tasks.push_back(std::move(task));
  });
  return tree;
}

} // namespace sweet::detail
