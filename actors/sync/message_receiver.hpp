#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/sync/arm_of.hpp>
#include <sweet/actors/sync/message_arm.hpp>
#include <sweet/actors/sync/typed_message_arm.hpp>
#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/envelope.hpp>
#include <sweet/messages/task_result.hpp>

#include <chrono>
#include <utility>

namespace sweet::inline v0_5 {

/// The wait of a task for the next message, which task_context::receive() returns. It is for the
/// body of that task, and is awaited once; a task has one at a time.
///
/// A wait that is stopped, or that loses in a select(), has taken nothing: what has come stays in
/// the mailbox, in its order.
/// @tparam Arm what is waited for. For the library
template <class Arm>
class [[nodiscard]] message_receiver {
public:
  /// The message with its envelope: `envelope<M>`, or `envelope<std::variant<A, B>>` for
  /// `receive<A, B>()`.
  using value_type = envelope<typename Arm::payload>;

  /// Makes a wait. For the library: task_context::receive() calls it.
  template <class... Args>
  explicit message_receiver(std::in_place_t, Args&&... args) : arm_(std::forward<Args>(args)...) {}
  message_receiver(const message_receiver&) = delete;
  message_receiver& operator=(const message_receiver&) = delete;

  /// Waits for the message: `co_await receiver`. Cancelling the awaiting task stops its body at
  /// this wait; a task that has been cancelled stops here even if there is a message.
  /// @throws task_failure with error_code::timeout if none came in time
  auto operator co_await() noexcept { return value_awaiter{arm_}; }

  /// Waits for the message, or error_code::timeout: `co_await receiver.result()`. Cancelling the
  /// awaiting task stops its body at this wait; a task that has been cancelled stops here even if
  /// there is a message.
  auto result() noexcept { return result_awaiter{arm_}; }

  /// Blocks the thread of the body until there is a message; for bodies that are no coroutines, see
  /// child_task::await().
  /// @returns the message; error_code::timeout if none came in time
  /// @throws cancelled if the task is cancelled meanwhile, or has been
  task_result<value_type> await() {
    const auto how = detail::join_arm(arm_);
    if (how != detail::join_outcome::ended)
      return detail::error_of(how);
    return arm_.take();
  }

  /// The arm, for select().
  Arm& arm() noexcept { return arm_; }

private:
  class awaiter {
  public:
    explicit awaiter(Arm& arm) noexcept : wait_(arm) {}
    awaiter(const awaiter&) = delete;
    awaiter& operator=(const awaiter&) = delete;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(detail::awaiting_task h) {
      h.check_owns(wait_.arm().task());
      return wait_.suspend(h.task());
    }

  protected:
    ~awaiter() = default;
    detail::single_wait<Arm> wait_;
  };
  struct result_awaiter : awaiter {
    using awaiter::awaiter;
    task_result<value_type> await_resume() { return this->wait_.arm().take(); }
  };
  struct value_awaiter : awaiter {
    using awaiter::awaiter;
    value_type await_resume() { return this->wait_.arm().take_or_throw(); }
  };

  Arm arm_;
};

namespace detail {

/// A message as an arm of select().
template <class... Ms>
struct arm_of<message_receiver<typed_message_arm<message_arm, Ms...>>> {
  using arm_type = typed_message_arm<message_arm, Ms...>;
  using value_type = typename arm_type::value_type;
  explicit arm_of(message_receiver<arm_type>& x) noexcept : arm(x.arm()) {}
  arm_type& get() noexcept { return arm; }
  arm_type& arm;
};
template <class... Ms>
struct arm_of<message_receiver<typed_message_arm<timed_message_arm, Ms...>>> {
  static_assert(sizeof...(Ms) == 0,
                "select() takes receive<M>() without a timeout: give it ctx.sleep_for(d) as well");
};

} // namespace detail

template <class M, class... More>
auto task_context::receive() const {
  using arm = detail::typed_message_arm<detail::message_arm, M, More...>;
  return message_receiver<arm>{std::in_place, *cell_};
}

template <class M, class... More>
auto task_context::receive(std::chrono::nanoseconds timeout) const {
  using arm = detail::typed_message_arm<detail::timed_message_arm, M, More...>;
  return message_receiver<arm>{std::in_place, *cell_, timeout};
}

} // namespace sweet::inline v0_5
