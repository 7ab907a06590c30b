#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/answer_types.hpp>
#include <sweet/actors/runtime/mail/response_wait.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_result.hpp>

#include <caf/actor_cast.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

inline task_error unexpected_answer(const caf::message& answer) {
  return task_error{error_code::invalid_data,
                    "the answer is of another type than asked for: " + to_string(answer)};
}

/// Decodes an answer into a value: void if it has no element, the element if it has one, a tuple if
/// it has more.
template <class... R>
struct answer_decoder {
  using type = std::tuple<R...>;

  static task_result<type> decode(const caf::message& answer) {
    if (!answer.template match_elements<R...>())
      return unexpected_answer(answer);
    return elements(answer, std::index_sequence_for<R...>{});
  }

private:
  template <std::size_t... I>
  static task_result<type> elements(const caf::message& answer, std::index_sequence<I...>) {
    return task_result<type>{std::in_place, answer.template get_as<R>(I)...};
  }
};

template <class R>
struct answer_decoder<R> {
  using type = R;

  static task_result<type> decode(const caf::message& answer) {
    if (!answer.template match_elements<R>())
      return unexpected_answer(answer);
    return task_result<type>{std::in_place, answer.template get_as<R>(0)};
  }
};

template <>
struct answer_decoder<> {
  using type = void;

  static task_result<type> decode(const caf::message& answer) {
    if (answer.empty() || answer.match_elements<caf::unit_t>())
      return {};
    return unexpected_answer(answer);
  }
};

template <>
struct answer_decoder<void> : answer_decoder<> {};

} // namespace detail

/// A request that a task has sent to an actor, and the wait for its answer; task_context::request()
/// returns it.
///
/// A request is for the body that has sent it, and for one wait. Requests that are sent before the
/// first is awaited are answered side by side. Destroying a request unawaited drops the answer.
template <class Decoder>
class [[nodiscard]] actor_request {
public:
  /// The type of the answer.
  using value_type = typename Decoder::type;

  /// Sends a request. For the library: task_context::request() calls it.
  actor_request(detail::cell& self, const caf::strong_actor_ptr& receiver,
                std::chrono::nanoseconds timeout, caf::message content)
      : wait_(self, receiver, timeout, std::move(content)) {}

  /// Waits for the answer: `co_await request`.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if there is none, see result()
  auto operator co_await() noexcept { return value_awaiter{{wait_}}; }

  /// Waits for the answer or an error: `co_await request.result()`. The error is
  /// error_code::timeout; unreachable if the receiver does not exist or ends before it answers;
  /// invalid_data if the answer is of another type; otherwise the receiver's own error.
  /// Cancelling the awaiting task stops its body at this wait.
  auto result() noexcept { return result_awaiter{wait_}; }

  /// Blocks the thread of the body until there is an answer or an error, see result(); for bodies
  /// that are no coroutines, see child_task::await().
  /// @throws cancelled if the task is cancelled meanwhile
  task_result<value_type> await() {
    const auto outcome = detail::join_blocking(wait_.task(), wait_.as_blocking());
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return take(wait_);
  }

private:
  static task_result<value_type> take(detail::response_wait& wait) {
    wait.finish();
    auto answer = wait.take();
    if (answer.is_err())
      return answer.error();
    return Decoder::decode(answer.value());
  }

  struct result_awaiter {
    detail::response_wait& wait;

    bool await_ready() const noexcept { return wait.is_over(); }
    bool await_suspend(detail::awaiting_task h) const {
      h.check_owns(wait.task());
      return wait.suspend();
    }
    task_result<value_type> await_resume() const { return take(wait); }
  };
  struct value_awaiter : result_awaiter {
    value_type await_resume() const { return detail::value_or_throw<value_type>(take(this->wait)); }
  };

  detail::response_wait wait_;
};

template <class... R, class Handle, class... Args>
auto task_context::request(const Handle& receiver, std::chrono::nanoseconds timeout,
                           Args&&... args) const {
  static_assert(sizeof...(Args) > 0, "a request holds at least one value");
  using decoder = detail::types_of_answer<detail::answer_decoder, Handle,
                                          detail::types_of_message<Args...>, R...>;
  return actor_request<decoder>{*cell_, caf::actor_cast<caf::strong_actor_ptr>(receiver), timeout,
                                caf::make_message(std::forward<Args>(args)...)};
}

} // namespace sweet::inline v0_5
