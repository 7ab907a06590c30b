#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/task_metrics.hpp>
#include <sweet/messages/trace_event.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet::inline v0_5::detail {

/// Measures and traces one task. The meter stands in place of the operations of the body, so that
/// the code that runs tasks knows nothing of meters and other tasks pay nothing for them.
class task_meter {
public:
  /// What is asked of a task, and of the tasks below it.
  struct orders {
    bool counts = false; ///< metrics
    bool traces = false; ///< events for the trace sink of the runtime

    bool any() const noexcept { return counts || traces; }
  };

  /// Installs a meter between `c`, which has not been started, and its body or, if `c` recovers,
  /// between its attempts and their bodies. A meter without orders only keeps those of the tasks
  /// above from the tasks below.
  static task_meter& install(cell& c, orders what);

  /// The orders that the children of `parent` inherit. In the context of `parent`.
  static orders inherited(cell& parent) noexcept;

  /// Gives `child`, which has not been started, a meter if `parent` has one to inherit and `child`
  /// has none.
  /// @throws std::bad_alloc
  static void inherit(cell& parent, cell& child);

  /// The meter of a task, or null. Any thread that may touch the task.
  static task_meter* find(cell& c) noexcept;

  task_meter(cell& c, orders what) noexcept;
  task_meter(const task_meter&) = delete;
  task_meter& operator=(const task_meter&) = delete;

  /// Makes `c` the next one whose turns and children count: the task or an attempt at it, not
  /// started yet.
  void watch(cell& c) noexcept;

  /// Notes that the task is about to be started as a child of `parent`.
  void spawned(cell& parent) noexcept;
  /// Notes that the task starts a child.
  void count_child() noexcept { add(children_, std::uint64_t{1}); }
  /// Notes that the task is about to end, with `status`.
  void ended(task_status status) noexcept;

  /// Returns the times so far. They may be of different moments while the task runs, and are final
  /// once it has ended.
  task_timestamps timestamps() const noexcept;
  /// Returns the counts so far, or nothing if metrics are not asked for. They may be of different
  /// moments while the task runs, and are final once it has ended.
  std::optional<task_metrics> metrics() const noexcept;

  /// When the task went to wait; empty if it is neither measured nor traced. @pre it waits, as a
  /// coroutine
  std::optional<std::chrono::steady_clock::time_point> waits_since() const noexcept;

private:
  using clock = std::chrono::steady_clock;
  static constexpr clock::rep never = clock::time_point::min().time_since_epoch().count();

  static step run(cell& c) noexcept;
  static void destroy_body(cell& c) noexcept;

  // Written by the task's context, read by other threads: relaxed. From `done` those learn that the
  // task has ended, with all that it has written.
  template <class T>
  static void add(std::atomic<T>& x, T n) noexcept {
    x.store(x.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }

  /// Measures and traces what a turn does. @returns what `body` does
  template <class F>
  step turn(cell& c, F body) noexcept;
  clock::time_point stamp(std::atomic<clock::rep>& at) noexcept;
  void trace(trace_kind kind, task_status status, cell& parent, clock::time_point time) noexcept;

  cell& task_;
  const body_ops* body_ = nullptr;
  body_ops ops_{};
  bool begins_ = true; ///< the next turn is the first one of a body
  const orders orders_;
  const bool traces_; ///< somebody listens
  std::atomic<clock::rep> created_{never};
  std::atomic<clock::rep> started_{never};
  std::atomic<clock::rep> ended_{never};
  std::atomic<clock::rep> suspended_{never};
  std::atomic<std::int64_t> cpu_{0};
  std::atomic<std::uint64_t> turns_{0};
  std::atomic<std::uint64_t> suspensions_{0};
  std::atomic<std::uint64_t> children_{0};
};

} // namespace sweet::inline v0_5::detail
