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

namespace sweet {

template <class C>
class emitting_task;

namespace detail {

/// Awaits the task of a stream by `Wait`, then takes its terminal event. No member of
/// emitting_task: clang up to 19 does not deduce the arguments of a nested class template.
template <class C, class Wait>
class final_event_awaiter {
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
/// The task fails if the stream does, and is cancelled if it is; the terminal event tells what was
/// collected either way. Only if the task has its outcome before its end (by a deadline, or
/// `kill_hard`), there is none yet to be told: then `collected` and the counts are empty.
template <class C>
class [[nodiscard]] emitting_task {
public:
  using value_type = final_event<C>;

  emitting_task() noexcept = default;
  /// For the library.
  emitting_task(spawning_task<void> task, std::shared_ptr<detail::stream_end<C>> stream) noexcept
      : task_(std::move(task)), stream_(std::move(stream)) {}

  /// Whether it refers to a stream. All else needs one, and throws std::logic_error if there is
  /// none.
  explicit operator bool() const noexcept { return static_cast<bool>(task_); }

  /// Blocks until the stream has ended, from any thread, as spawning_task::await(). A handle that
  /// is an rvalue gives what was collected away; else it is copied, if it can be.
  /// @returns the terminal event, whatever kind it is of
  /// @throws cancelled if called by a body whose task is cancelled meanwhile
  final_event<C> await_final_event() const& { return take(task_.await().error(), false); }
  final_event<C> await_final_event() && { return take(task_.await().error(), true); }

  /// `handler(await_final_event())`. @throws as that, and what the handler throws
  template <class F>
  auto await_final_event(F&& handler) const& {
    return std::invoke(std::forward<F>(handler), await_final_event());
  }
  template <class F>
  auto await_final_event(F&& handler) && {
    return std::invoke(std::forward<F>(handler), std::move(*this).await_final_event());
  }

  /// The same as a value or an error. @throws cancelled likewise
  task_result<final_event<C>> await() const& {
    auto outcome = task_.await();
    if (outcome.is_err())
      return outcome.error();
    return take({}, false);
  }

  /// `co_await task.final()`: the terminal event, whatever kind it is of.
  /// @throws cancelled if the awaiting task is cancelled while it waits
  auto final() const& { return detail::final_event_awaiter{*this, task_.result(), false}; }
  auto final() && { return detail::final_event_awaiter{*this, task_.result(), true}; }

  /// `co_await task`: the terminal event. @throws task_failure if the stream has not come to its
  /// end, cancelled likewise
  auto operator co_await() const& {
    return detail::final_event_awaiter{*this, task_.operator co_await(), false};
  }
  auto operator co_await() && {
    return detail::final_event_awaiter{*this, task_.operator co_await(), true};
  }

  /// Asks the stream to stop; gracefully, what has been accepted is still handled.
  cancellation cancel(cancellation_level level = cancellation_level::graceful,
                      const std::string& reason = {}) const {
    return task_.cancel(level, reason);
  }

  /// Stops the sender. What has been accepted is handled, and the stream ends as if no more events
  /// had come. Any thread, here and below.
  void drain() const { stream().drain(); }
  /// From now on receivers of that stage get nothing more, and the sender waits once there is no
  /// more room; until the stream is drained or cancelled. @throws std::out_of_range if there is no
  /// such stage; so below
  void pause(std::size_t stage = 0) const {
    stream().command(stage, detail::stage_command::verb::pause);
  }
  void resume(std::size_t stage = 0) const {
    stream().command(stage, detail::stage_command::verb::resume);
  }
  /// From now on that stage has so many receivers, at least one. Those that are too many finish
  /// what they have. @throws std::invalid_argument if that stage is serial, or `receivers` above
  /// strategy::max_receivers; std::out_of_range
  /// likewise
  void resize(std::uint32_t receivers, std::size_t stage = 0) const {
    stream().command(stage, detail::stage_command::verb::resize, receivers);
  }

  /// What has become of the events of that stage so far, as its router knows it; of the first one:
  /// of the sender's events. @throws std::out_of_range likewise
  event_counts counts(std::size_t stage = 0) const { return stream().counts(stage); }

  bool is_done() const { return task_.is_done(); }
  task_status status() const { return task_.status(); }
  task_id id() const { return task_.id(); }
  std::string name() const { return task_.name(); }
  /// The emitting task as a task among others.
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

  /// @throws std::logic_error if there is none
  detail::stream_end<C>& stream() const {
    static_cast<void>(detail::task_of_handle(detail::handle_access::find(task_)));
    return *stream_;
  }

  spawning_task<void> task_;
  std::shared_ptr<detail::stream_end<C>> stream_;
};

} // namespace sweet
