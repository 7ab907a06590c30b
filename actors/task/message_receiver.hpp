#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/message_wait.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/envelope.hpp>
#include <sweet/messages/task_result.hpp>

#include <chrono>
#include <type_traits>

namespace sweet::inline v0_5 {

/// The wait of a task for the next message of type M; task_context::receive() returns it.
///
/// The wait is for the body of that task, and is awaited once; a task has one at a time. If the
/// wait is destroyed unawaited, a message that has come to it stays in the mailbox.
template <class M>
class [[nodiscard]] message_receiver {
public:
  /// The type of the message with its envelope.
  using value_type = envelope<M>;

  /// Begins the wait. For the library: task_context::receive() calls it.
  message_receiver(detail::cell& self, std::chrono::nanoseconds timeout)
      : wait_(self, detail::mail_type_of<M>, timeout) {}

  /// Waits for the message: `co_await receiver`.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure with error_code::timeout if none came in time
  auto operator co_await() noexcept { return value_awaiter{{wait_}}; }

  /// Waits for the message, or error_code::timeout: `co_await receiver.result()`.
  /// Cancelling the awaiting task stops its body at this wait.
  auto result() noexcept { return result_awaiter{wait_}; }

  /// Blocks the thread of the body until there is a message; for bodies that are no coroutines, see
  /// child_task::await().
  /// @returns the message; error_code::timeout if none came in time
  /// @throws cancelled if the task is cancelled meanwhile
  task_result<envelope<M>> await() {
    const auto outcome = detail::join_blocking(wait_.task(), wait_.as_blocking());
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return take(wait_);
  }

private:
  static task_result<envelope<M>> take(detail::message_wait& wait) {
    wait.finish();
    auto message = wait.take();
    if (message.is_err())
      return message.error();
    return detail::open_mail<M>(*message.value());
  }

  struct result_awaiter {
    detail::message_wait& wait;

    bool await_ready() const noexcept { return wait.is_over(); }
    bool await_suspend(detail::awaiting_task h) const {
      h.check_owns(wait.task());
      return wait.suspend();
    }
    task_result<envelope<M>> await_resume() const { return take(wait); }
  };
  struct value_awaiter : result_awaiter {
    envelope<M> await_resume() const {
      return detail::value_or_throw<envelope<M>>(take(this->wait));
    }
  };

  detail::message_wait wait_;
};

template <class M>
auto task_context::receive() const {
  return receive<M>(std::chrono::nanoseconds::max());
}

template <class M>
auto task_context::receive(std::chrono::nanoseconds timeout) const {
  static_assert(std::is_object_v<M> && std::is_same_v<M, std::remove_cv_t<M>>,
                "a message is received by its plain type");
  return message_receiver<M>{*cell_, timeout};
}

} // namespace sweet::inline v0_5
