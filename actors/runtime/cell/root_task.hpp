#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancellation_times.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>

namespace sweet::inline v0_5::detail {

struct cell;
class task_home;
class task_meter;

/// The ancestor of all tasks of a runtime. It has no body; its children come and go on any thread,
/// so their list has a lock, unlike those of other tasks.
class root_task {
public:
  root_task(task_home& home, std::string name);
  ~root_task();
  root_task(const root_task&) = delete;
  root_task& operator=(const root_task&) = delete;

  cell& task() noexcept { return *task_; }

  void add(cell& child) noexcept;
  void remove(cell& child) noexcept;

  /// Raises the level of all children, newest first, and of those that come later.
  void raise(cancellation_level level) noexcept;
  /// The times after which a level that cancel_task() has given the root rises by itself.
  const cancellation_times& rise_after() const noexcept { return rise_after_; }
  /// Makes join_or_give_up() wait only a little longer, because all tasks have an outcome.
  void give_up() noexcept;

  /// Notes that the runtime ends: once the root has been killed, no more children start.
  void start_closing() noexcept {
    // Relaxed: a child that comes nevertheless is cancelled and waited for.
    closing_.store(true, std::memory_order_relaxed);
  }
  bool is_closing() const noexcept { return closing_.load(std::memory_order_relaxed); }

  /// Opens the root for another runtime, under that one's name. All tasks below inherit the orders
  /// of `meter`; null: none. @pre there are no children, and the
  /// root has taken in all signals
  void reopen(std::string name, const cancellation_times& rise_after,
              std::shared_ptr<task_meter> meter);

  /// Whether there are no children.
  bool is_empty();

  /// Blocks until there are no children.
  void join();
  /// Blocks until there are no children, or only bodies that go on after kill_hard.
  /// @returns whether there are no children
  bool join_or_give_up();

private:
  // Called with the mutex held.
  static void insert_after(cell& child, cell& place) noexcept;
  void unlink(cell& c) noexcept;

  cell* task_;
  std::mutex mutex_;
  std::condition_variable empty_;
  cell* newest_ = nullptr; // mutex_; linked through cell::next and prev
  bool given_up_ = false;  // mutex_
  std::atomic<bool> closing_{false};
  cancellation_times rise_after_;
};

/// The task above all others of a runtime.
cell& root_of(task_home& home) noexcept;

/// Whether the task is the root of its runtime.
bool is_root(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
