// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/root_task.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>

#include <chrono>
#include <utility>

namespace sweet::inline v0_5::detail {

root_task::root_task(task_home& home, std::string name) {
  spawn_target target{home};
  task_ = &make_task(0);
  task_->stage(phase::running);
  set_priority(*task_, task_priority::normal);
  set_collects(*task_);
  set_name(*task_, std::move(name));
}

root_task::~root_task() {
  discard(*task_);
}

void root_task::add(cell& child) noexcept {
  std::lock_guard guard{mutex_};
  // Release pairs with the acquire of threads that look at all blocks; see link_child().
  child.parent.store(task_, std::memory_order_release);
  child.prev = nullptr;
  child.next(newest_);
  if (newest_ != nullptr)
    newest_->prev = &child;
  newest_ = &child;
  // Under the lock, so that a child comes either before raise() or after it.
  const auto level = task_->level();
  if (level > child.shield()) {
    child.state.ask_to_stop();
    child.inbox.begin_with(level);
  }
}

void root_task::remove(cell& child) noexcept {
  std::lock_guard guard{mutex_};
  unlink(child);
}

void root_task::insert_after(cell& child, cell& place) noexcept {
  place.prev = &child;
  place.next(child.next());
  if (child.next() != nullptr)
    child.next()->prev = &place;
  child.next(&place);
}

void root_task::unlink(cell& c) noexcept {
  if (c.prev != nullptr)
    c.prev->next(c.next());
  else
    newest_ = c.next();
  if (c.next() != nullptr)
    c.next()->prev = c.prev;
  if (newest_ == nullptr)
    empty_.notify_all();
}

void root_task::raise(cancellation_level level) noexcept {
  std::unique_lock guard{mutex_};
  request_cancel(*task_, level);
  cell place; // a mark in the list: not live, unlike children
  for (cell* c = newest_; c != nullptr;) {
    const bool is_child = c->state.peek().is_live();
    if (!is_child || level <= c->shield()) {
      c = c->next();
      continue;
    }
    // Outside the lock, because callbacks on the child's stop token may start and cancel tasks. A
    // child that is about to end waits for the lock in remove(), so it is still here now, and the
    // mark behind it keeps the place.
    insert_after(*c, place);
    add_reference(*c);
    guard.unlock();
    request_cancel(*c, level);
    release_reference(*c);
    guard.lock();
    c = place.next();
    unlink(place);
  }
}

void root_task::give_up() noexcept {
  std::lock_guard guard{mutex_};
  given_up_ = true;
  empty_.notify_all();
}

void root_task::reopen(std::string name, const cancellation_times& rise_after,
                       std::shared_ptr<task_meter> meter) {
  std::lock_guard guard{mutex_};
  task_->state.reopen();
  if (meter != nullptr)
    task_->state.describe(state_word::metered);
  if (context_block* context = find_context(*task_))
    context->meter = std::move(meter);
  given_up_ = false;
  closing_.store(false, std::memory_order_relaxed);
  rise_after_ = rise_after;
  std::lock_guard naming{mutex_of(*task_)};
  side_block& side = *find_side(*task_);
  side.name = std::move(name);
  side.rising.from = cancellation_level::none;
  side.rising.stopped = false;
}

bool root_task::is_empty() {
  std::lock_guard guard{mutex_};
  return newest_ == nullptr;
}

void root_task::join() {
  std::unique_lock guard{mutex_};
  empty_.wait(guard, [this] { return newest_ == nullptr; });
}

bool root_task::join_or_give_up() {
  // Tasks that only have to be unwound get time for that: by the machine's clock, whatever clock
  // the runtime has.
  constexpr auto patience = std::chrono::seconds{1};
  std::unique_lock guard{mutex_};
  empty_.wait(guard, [this] { return newest_ == nullptr || given_up_; });
  return empty_.wait_for(guard, patience, [this] { return newest_ == nullptr; });
}

cell& root_of(task_home& home) noexcept {
  return home.root().task();
}

bool is_root(cell& c) noexcept {
  return &root_of(home_of(c)) == &c;
}

} // namespace sweet::inline v0_5::detail
