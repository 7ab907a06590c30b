// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/descendants.hpp>

#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/memory/make_room.hpp>

namespace sweet::inline v0_5::detail {

descendants::descendants(cell& ancestor) : descendants(&ancestor) {
  look_at_all(ancestor);
}

descendants::descendants(std::span<cell* const> ancestors) : descendants(nullptr) {
  for (cell* ancestor : ancestors)
    inside_.emplace(ancestor, true);
  look_at_all(*ancestors.front());
}

void descendants::look_at_all(cell& one) {
  home_of(one).blocks().for_each(
      [this](block_header& block) { look_at(static_cast<cell&>(block)); });
}

descendants::~descendants() {
  for (const auto& found : found_)
    release_reference(*found.task);
}

descendants::references::~references() {
  for (cell* c : held)
    release_reference(*c);
}

// A block found outside may be freed while we look, and hold a task inside then: that task takes
// over the level from its parent. A task found inside is held, and so stays where it is.
void descendants::look_at(cell& c) {
  path_.clear();
  bool inside = false;
  // Acquire pairs with the release of the thread that has linked the task: the parent is
  // constructed, even if its block was carved after we had looked there.
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

bool descendants::hold(cell& c) {
  // Makes room before the task is held: a task that is held must be noted.
  const auto known = inside_.find(&c);
  make_room(found_);
  make_room(release_later_.held);
  const auto how = pin_live(c);
  if (how == pinned::no)
    return false;
  const cell* parent = c.parent.load(std::memory_order_relaxed);
  const bool below =
      parent != nullptr && (parent == ancestor_ || (inside_.contains(const_cast<cell*>(parent)) &&
                                                    inside_.at(const_cast<cell*>(parent))));
  // A task that has not ended by now had the parent that we have read, and that we hold.
  if (!below || c.is_done()) {
    release_later_.push_back(&c);
    return false;
  }
  known->second = true;
  found_.push_back({&c, how == pinned::exposed_before});
  return true;
}

std::vector<std::string> describe_abandoned(task_home& home) {
  std::vector<std::string> lines;
  const descendants all{home.root().task()};
  for (const auto& found : all.found()) {
    cell& c = *found.task;
    if (!c.state.peek().is_resolved() || c.is_done())
      continue;
    // The body of a draining task has ended: the task waits for those below it.
    if (c.stage() == phase::draining)
      continue;
    // An attempt goes by the name of its task, which is listed once.
    cell& task = visible_task(c);
    if (&task != &c && task.state.peek().is_resolved())
      continue;
    const auto name = name_of(task);
    lines.push_back("task " + to_string(id_of(task)) + (name.empty() ? "" : " \"" + name + "\""));
  }
  return lines;
}

} // namespace sweet::inline v0_5::detail
