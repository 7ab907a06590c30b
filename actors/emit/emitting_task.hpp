#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stream.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/cancellation.hpp>
#include <sweet/actors/task/shared_awaiter.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/messages/event_counts.hpp>
#include <sweet/messages/final_event.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_result.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

template <class C>
class emitting_task;

namespace detail {

/// Awaits the task of a stream by `Wait`, then takes its terminal event. It is no member of
/// emitting_task, because clang up to 19 does not deduce the arguments of a nested class template.
template <class C, class Wait>
class [[nodiscard]] final_event_awaiter {
public:
  final_event_awaiter(const emitting_task<C>& task, Wait wait, bool moves) noexcept
      : task_(task), wait_(std::move(wait)), moves_(moves) {}
  bool await_ready() const noexcept { return wait_.await_ready(); }
  auto await_suspend(awaiting_task h) { return wait_.await_suspend(h); }
  final_event<C> await_resume() {
    if constexpr (std::is_void_v<decltype(wait_.await_resume())>) {
      wait_.await_resume();
      return task_.take({}, moves_);
    } else {
      return task_.take(wait_.await_resume().error(), moves_);
    }
  }

private:
  const emitting_task<C>& task_;
  Wait wait_;
  bool moves_;
};

} // namespace detail

/// A counted handle to a stream of events: copyable, for any thread and many waiters, valid after
/// the end. Dropping it neither stops the stream nor leaks it.
///
/// The task fails if the stream does, and is cancelled if the stream is; the terminal event tells
/// what was collected either way. If the task has its outcome before its end (by a deadline, or
/// kill_hard), the terminal event has an empty `collected` and empty counts.
/// @tparam C the type of what is collected
template <class C>
class [[nodiscard]] emitting_task {
public:
  /// The type of the terminal event.
  using value_type = final_event<C>;

  /// Makes a handle to no stream.
  emitting_task() noexcept = default;
  /// Makes a handle to a stream. For the library.
  emitting_task(spawning_task<void> task, std::shared_ptr<detail::stream_end<C>> stream) noexcept
      : task_(std::move(task)), stream_(std::move(stream)) {}

  /// Tells whether this refers to a stream. All other functions need one, and throw
  /// std::logic_error without one.
  explicit operator bool() const noexcept { return static_cast<bool>(task_); }

  /// Blocks until the stream has ended, from any thread, as spawning_task::await() does. The
  /// collection is copied if it can be copied, else given away.
  /// @returns the terminal event, of whatever kind
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  final_event<C> await_final_event() const& { return take(task_.await().error(), false); }
  /// Blocks until the stream has ended, from any thread, as spawning_task::await() does. The
  /// collection is given away.
  /// @returns the terminal event, of whatever kind
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  final_event<C> await_final_event() && { return take(task_.await().error(), true); }

  /// Blocks until the stream has ended, and returns `handler(terminal event)`. The collection
  /// is copied if it can be copied, else given away. Exceptions of the handler pass through.
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  template <class F>
  auto await_final_event(F&& handler) const& {
    return std::invoke(std::forward<F>(handler), await_final_event());
  }
  /// Blocks until the stream has ended, and returns `handler(terminal event)`. The collection
  /// is given away. Exceptions of the handler pass through.
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  template <class F>
  auto await_final_event(F&& handler) && {
    return std::invoke(std::forward<F>(handler), std::move(*this).await_final_event());
  }

  /// Blocks until the stream has ended, from any thread.
  /// @returns the terminal event if the stream has handled all events, else its error
  /// @throws cancelled if a body calls this and its task is cancelled meanwhile
  task_result<final_event<C>> await() const& {
    auto outcome = task_.await();
    if (outcome.is_err())
      return outcome.error();
    return take({}, false);
  }

  /// Waits for the terminal event, of whatever kind: `co_await task.final()`. The collection is
  /// copied if it can be copied, else given away.
  /// Cancelling the awaiting task stops its body at this wait.
  auto final() const& { return detail::final_event_awaiter{*this, task_.result(), false}; }
  /// Waits for the terminal event, of whatever kind: `co_await std::move(task).final()`. The
  /// collection is given away.
  /// Cancelling the awaiting task stops its body at this wait.
  auto final() && { return detail::final_event_awaiter{*this, task_.result(), true}; }

  /// Waits for the terminal event: `co_await task`. The collection is copied if it can be
  /// copied, else given away.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if the stream has stopped early
  auto operator co_await() const& {
    return detail::final_event_awaiter{*this, task_.operator co_await(), false};
  }
  /// Waits for the terminal event: `co_await std::move(task)`. The collection is given away.
  /// Cancelling the awaiting task stops its body at this wait.
  /// @throws task_failure if the stream has stopped early
  auto operator co_await() && {
    return detail::final_event_awaiter{*this, task_.operator co_await(), true};
  }

  /// Asks the stream to stop. At graceful, events that were accepted are still handled. Any thread.
  /// @param level how hard
  /// @param reason for the error of the stream; the first one is kept
  /// @returns the wait for the answer; may be dropped
  cancellation cancel(cancellation_level level = cancellation_level::graceful,
                      const std::string& reason = {}) const {
    return task_.cancel(level, reason);
  }

  /// Stops the sender. Events that were accepted are handled, and the stream ends as if no more had
  /// come. Any thread.
  void drain() const { stream().drain(); }
  /// Makes the receivers of a stage get no more events, until resume(), or until the stream is
  /// drained or cancelled. The sender waits once there is no more room. Any thread.
  /// @throws std::out_of_range if there is no such stage
  void pause(std::size_t stage = 0) const {
    stream().command(stage, detail::stage_command::verb::pause);
  }
  /// Makes the receivers of a paused stage get events again. Any thread.
  /// @throws std::out_of_range if there is no such stage
  void resume(std::size_t stage = 0) const {
    stream().command(stage, detail::stage_command::verb::resume);
  }
  /// Sets the number of receivers of a stage, at least one. Receivers that are too many finish the
  /// events that they have. Any thread.
  /// @throws std::invalid_argument if the stage is serial, or `receivers` above
  /// strategy::max_receivers
  /// @throws std::out_of_range if there is no such stage
  void resize(std::uint32_t receivers, std::size_t stage = 0) const {
    stream().command(stage, detail::stage_command::verb::resize, receivers);
  }

  /// Returns the counts of a stage so far, as its router knows them; the first stage counts the
  /// sender's events. Any thread.
  /// @throws std::out_of_range if there is no such stage
  event_counts counts(std::size_t stage = 0) const { return stream().counts(stage); }

  /// Tells whether the stream has its outcome.
  bool is_done() const { return task_.is_done(); }
  /// Returns the status of the emitting task.
  task_status status() const { return task_.status(); }
  /// Returns the id of the emitting task.
  task_id id() const { return task_.id(); }
  /// Returns the name of the emitting task; may be empty.
  std::string name() const { return task_.name(); }
  /// Returns the emitting task as a task among others.
  const spawning_task<void>& task() const noexcept { return task_; }

private:
  template <class, class>
  friend class detail::final_event_awaiter;

  final_event<C> take(const task_error& error, bool moves) const {
    if (auto* result = stream_->result()) {
      if constexpr (detail::can_be_copied<C>())
        if (!moves)
          return *result;
      return std::move(*result);
    }
    final_event<C> left_behind{};
    left_behind.further_stages.resize(stream_->stages() - (stream_->has_stages() ? 1 : 0));
    left_behind.error = error;
    left_behind.kind =
        error.code() == error_code::cancelled ? event_kind::cancellation : event_kind::error;
    return left_behind;
  }

  /// @throws std::logic_error if this refers to no stream
  detail::stream_end<C>& stream() const {
    static_cast<void>(detail::task_of_handle(detail::handle_access::find(task_)));
    return *stream_;
  }

  spawning_task<void> task_;
  std::shared_ptr<detail::stream_end<C>> stream_;
};

} // namespace sweet::inline v0_5
