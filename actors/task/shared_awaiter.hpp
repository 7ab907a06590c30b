#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/task_result.hpp>

#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Awaits any task in a coroutine. Holds no reference: the handle from which it was made does.
class shared_awaiter_base {
public:
  explicit shared_awaiter_base(cell& target) noexcept
      : shared_awaiter_base(target, wait_operations) {}

  bool await_ready() const noexcept { return target().has_outcome(); }
  bool await_suspend(awaiting_task h) { return start_waiting(h.task()); }

protected:
  struct waiter : end_waiter, wait_source {
    cell* self = nullptr;
    cell* target = nullptr;
  };

  shared_awaiter_base(cell& target, const wait_ops& operations) noexcept {
    waiter_.ops = &operations;
    waiter_.target = &target;
  }

  static bool retract(wait_source& s, cell&) noexcept;
  static void describe(const wait_source& s, wait_view& view) noexcept {
    view.target = static_cast<const waiter&>(s).target;
  }

  cell& target() const noexcept { return *waiter_.target; }

  waiter waiter_;

private:
  static constexpr wait_ops wait_operations{
      .retract = &retract, .describe = &describe, .reason = wait_reason::task};

  bool start_waiting(cell& self);
};

/// Whether a coroutine that has been told to stop leaves the value of `target` to other takers.
template <class T>
bool takes_too_late(cell& self, const cell& target) noexcept {
  if constexpr (is_taken_once<T>)
    return !target.state.see().has_no_value() && claims_too_late(self);
  return false;
}

/// Awaits any task in a coroutine.
/// @tparam Answer T gives the value; a cancellation that has reached both tasks stops the
/// coroutine. task_result<T> gives the outcome, whatever it is
template <class T, class Answer>
class [[nodiscard]] shared_awaiter : public shared_awaiter_base {
  static constexpr bool gives_value = !std::is_same_v<Answer, task_result<T>>;

public:
  explicit shared_awaiter(cell& target) noexcept : shared_awaiter_base(target, operations) {}

  bool await_ready() const noexcept {
    return target().has_outcome() && !is_taken_once<T> && (!gives_value || has_value(target()));
  }
  bool await_suspend(awaiting_task h) {
    waiter_.self = &h.task();
    if (!target().has_outcome() && shared_awaiter_base::await_suspend(h))
      return true;
    if (!stops(h.task(), target()))
      return false;
    h.task().begin_stop();
    return true;
  }
  Answer await_resume() {
    auto outcome = outcome_of_shared<T>(
        target(), [this](cell& c) { return claim_value_for(waiter_.self, c); });
    if constexpr (gives_value)
      return value_or_throw<T>(std::move(outcome));
    else
      return outcome;
  }

private:
  static bool stops(cell& self, cell& target) noexcept {
    return takes_too_late<T>(self, target) || (gives_value && shares_stop(self, target));
  }
  static constexpr wait_ops operations{
      .retract = &retract,
      .stops = [](wait_source& s,
                  cell& self) noexcept { return stops(self, *static_cast<waiter&>(s).target); },
      .describe = &describe,
      .reason = wait_reason::task};
};

template <class T>
using shared_value_awaiter = shared_awaiter<T, T>;
template <class T>
using shared_result_awaiter = shared_awaiter<T, task_result<T>>;

} // namespace sweet::inline v0_5::detail
