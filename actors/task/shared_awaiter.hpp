#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/cancelled.hpp>

namespace sweet::detail {

/// Awaits any task in a coroutine. Holds no reference: the handle it was made from does.
class shared_awaiter_base {
public:
  explicit shared_awaiter_base(cell& target) noexcept : target_(&target) {}

  bool await_ready() const noexcept { return target_->has_outcome(); }
  bool await_suspend(awaiting_task h) { return start_waiting(h.task()); }

protected:
  struct waiter : end_waiter, wait_source {
    cell* self = nullptr;
    cell* target = nullptr;
  };

  /// @throws cancelled if the wait was interrupted
  void check_not_interrupted() const;

  cell* target_;
  waiter waiter_;

private:
  bool start_waiting(cell& self);
};

template <class T>
class shared_value_awaiter : public shared_awaiter_base {
public:
  using shared_awaiter_base::shared_awaiter_base;
  T await_resume() {
    check_not_interrupted();
    auto outcome = outcome_of_shared<T>(*target_);
    if (outcome.is_err() && waiter_.self != nullptr)
      prefer_own_cancellation(*waiter_.self, outcome.error());
    return value_or_throw<T>(std::move(outcome));
  }
};

template <class T>
class shared_result_awaiter : public shared_awaiter_base {
public:
  using shared_awaiter_base::shared_awaiter_base;
  task_result<T> await_resume() {
    check_not_interrupted();
    return outcome_of_shared<T>(*target_);
  }
};

} // namespace sweet::detail
