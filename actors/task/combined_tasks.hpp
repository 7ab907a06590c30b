#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/combination.hpp>
#include <sweet/actors/task/combined_member.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/task_result.hpp>

#include <type_traits>
#include <utility>
#include <variant>

namespace sweet::inline v0_5 {

/// The wait of a body for several tasks; when_all(), when_any() and the like return it.
///
/// The wait can be awaited once, in the body of a task, most often in the expression that makes it.
/// Then its members become children of the awaiting task, and those that were not started start. A
/// wait that is never awaited lets go of its members like dropped handles, and starts none.
/// @tparam Answer makes the answer of the outcomes
/// @tparam Members the types of the members
template <class Answer, class Members>
class [[nodiscard]] combined_tasks {
public:
  /// The type of the answer.
  using value_type = typename Answer::value_type;

  /// Makes a wait for these members.
  explicit combined_tasks(Members members)
      : members_(std::move(members)), all_(Answer::ends_early, members_) {}
  combined_tasks(const combined_tasks&) = delete;
  combined_tasks& operator=(const combined_tasks&) = delete;

  /// Waits for the answer: `co_await when_all(...)`.
  /// Cancelling the awaiting task stops its body at this wait, and cancels the members.
  /// @throws task_failure if the answer is an error
  /// @throws std::invalid_argument if a child_task belongs to another task
  /// @throws std::logic_error the second time
  auto operator co_await() && noexcept { return value_awaiter{all_}; }

  /// Waits for the answer as a task_result: `co_await when_all(...).result()`.
  /// Cancelling the awaiting task stops its body at this wait, and cancels the members.
  /// @throws std::invalid_argument if a child_task belongs to another task
  /// @throws std::logic_error the second time
  auto result() && noexcept { return result_awaiter{all_}; }

  /// Blocks the thread of the body until there is an answer; for bodies that are no coroutines, see
  /// child_task::await(). If too many bodies block already, the answer is
  /// error_code::resource_limit and the members are cancelled.
  /// @throws cancelled if the task is cancelled meanwhile, which cancels the members
  /// @throws std::invalid_argument if a child_task belongs to another task
  /// @throws std::logic_error the second time, or if the caller is not the body of a task
  task_result<value_type> await() && {
    const auto outcome = all_.join();
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return answer(all_);
  }

private:
  static task_result<value_type> answer(detail::combination& all) {
    auto outcome = Answer::make(all);
    all.finish();
    return outcome;
  }

  class awaiter_base {
  public:
    explicit awaiter_base(detail::combination& all) noexcept : all_(all) {}

    bool await_ready() const noexcept { return false; }
    bool await_suspend(detail::awaiting_task h) { return all_.start_waiting(h.task()); }

  protected:
    task_result<value_type> take() { return answer(all_); }

  private:
    detail::combination& all_;
  };

  class value_awaiter : public awaiter_base {
  public:
    using awaiter_base::awaiter_base;
    value_type await_resume() { return detail::value_or_throw<value_type>(this->take()); }
  };

  class result_awaiter : public awaiter_base {
  public:
    using awaiter_base::awaiter_base;
    task_result<value_type> await_resume() { return this->take(); }
  };

  Members members_;
  detail::combination all_;
};

namespace detail {

/// The type that stands for T in a tuple or variant.
template <class T>
using value_or_monostate = std::conditional_t<std::is_void_v<T>, std::monostate, T>;

/// Moves the value of a member out.
/// @throws task_failure if another waiter has taken a value that cannot be copied
template <class T>
value_or_monostate<T> take_value(combination& all, std::size_t index) {
  auto outcome = all.template take<T>(index);
  if constexpr (std::is_void_v<T>) {
    outcome.value();
    return {};
  } else {
    return std::move(outcome).value();
  }
}

template <class Answer, class... Ms>
auto combine(Ms&&... members) {
  return combined_tasks<Answer, decltype(make_members(std::forward<Ms>(members)...))>{
      make_members(std::forward<Ms>(members)...)};
}

} // namespace detail

} // namespace sweet::inline v0_5
