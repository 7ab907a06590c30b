#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/runtime/time/timer_wheel.hpp>
#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/messages/task_result.hpp>

#include <atomic>
#include <chrono>
#include <optional>

namespace sweet::inline v0_5::detail {

/// A time that passes, by the clock of the runtime.
class sleep_arm final : public wait_arm, timer_entry {
public:
  using value_type = void;
  explicit sleep_arm(const sleep_awaiter& sleep) noexcept;
  /// @param duration counts from now
  sleep_arm(cell& task, std::chrono::nanoseconds duration) noexcept;

  bool enter() override;
  bool leave() noexcept override;
  void describe(wait_view& view) const noexcept override {
    view = {.on = wait_reason::timer, .until = due_.value_or(view.until)};
  }
  void take() const noexcept {}

private:
  sleep_arm(cell& task, std::chrono::nanoseconds duration,
            std::optional<clock::time_point> due) noexcept;

  cell& task_; ///< knows the clock
  std::chrono::nanoseconds duration_;
  /// When the time has passed; fixed at the first enter() at the latest: a callable may enter
  /// several times.
  std::optional<clock::time_point> due_;
};

/// The outcome of a task.
class outcome_arm : public wait_arm, end_waiter {
public:
  bool enter() final;
  bool leave() noexcept final;
  void describe(wait_view& view) const noexcept final {
    view = {.on = wait_reason::task, .target = &target_};
  }

protected:
  explicit outcome_arm(cell& target) noexcept;
  ~outcome_arm() = default;

private:
  cell& target_;
  /// Release by the thread that has told of the outcome, as its last touch; acquire by the task,
  /// which lets the arm go then.
  std::atomic<bool> told_{false};
};

/// An event that is set. It stays so.
class event_arm final : public wait_arm, event_waiter {
public:
  using value_type = void;
  explicit event_arm(async_event& event) noexcept;

  bool enter() override;
  bool leave() noexcept override;
  void describe(wait_view& view) const noexcept override { view.on = wait_reason::event; }
  void take() const noexcept {}

private:
  async_event& event_;
  std::atomic<bool> told_{false}; ///< as in outcome_arm
};

/// The arm of select() for what it was given. Anything else is a mistake.
template <class X>
struct arm_of {
  static_assert(sizeof(X) == 0,
                "select() takes operations (rx.receive(), semaphore.acquire(), ...), "
                "ctx.receive<M>(), ctx.sleep_for(d), async_event, child_task and spawning_task");
};

template <class Arm>
struct arm_of<operation<Arm>> {
  using value_type = typename Arm::value_type;
  explicit arm_of(operation<Arm>& x) noexcept : arm(x.arm()) {}
  Arm& get() noexcept { return arm; }
  Arm& arm;
};
template <>
struct arm_of<sleep_awaiter> {
  using value_type = void;
  explicit arm_of(sleep_awaiter& x) noexcept : arm(x) {}
  sleep_arm& get() noexcept { return arm; }
  sleep_arm arm;
};
template <>
struct arm_of<async_event> {
  using value_type = void;
  explicit arm_of(async_event& x) noexcept : arm(x) {}
  event_arm& get() noexcept { return arm; }
  event_arm arm;
};

template <class T, class Handle>
struct task_arm final : outcome_arm {
  using value_type = task_result<T>;
  explicit task_arm(Handle& x) : outcome_arm(task_of_handle(handle_access::find(x))), handle(x) {}
  // The outcome is there: this does not block.
  task_result<T> take() { return handle.await(); }
  task_result<T> nothing() { return error_of(join_outcome::unwound); }
  Handle& handle;
};

template <class T>
struct arm_of<spawning_task<T>> {
  using value_type = task_result<T>;
  explicit arm_of(spawning_task<T>& x) : arm(x) {}
  auto& get() noexcept { return arm; }
  task_arm<T, spawning_task<T>> arm;
};
template <class T>
struct arm_of<const spawning_task<T>> {
  using value_type = task_result<T>;
  explicit arm_of(const spawning_task<T>& x) : arm(x) {}
  auto& get() noexcept { return arm; }
  task_arm<T, const spawning_task<T>> arm;
};
template <class T>
struct arm_of<child_task<T>> {
  using value_type = task_result<T>;
  explicit arm_of(child_task<T>& x) : shared(x.share()), arm(x) {}
  auto& get() noexcept { return arm; }
  spawning_task<T> shared; ///< only a task that others may hold tells those who wait
  task_arm<T, child_task<T>> arm;
};

} // namespace sweet::inline v0_5::detail
