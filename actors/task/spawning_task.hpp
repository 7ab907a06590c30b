#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/relatives.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/mail/send_mail.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/cancellation.hpp>
#include <sweet/actors/task/continuations.hpp>
#include <sweet/actors/task/shared_awaiter.hpp>
#include <sweet/actors/task/take_outcome.hpp>

#include <caf/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet {

namespace detail {

struct handle_access;

} // namespace detail

/// A counted handle to a task: copyable, for any thread and many waiters, valid after the end.
///
/// All of it but chain() and its like works after the end of the runtime, too, when every task has
/// its outcome: cancel() answers how the task had ended, send() gives error_code::unreachable,
/// parent() and children() are empty, and what is sent to actor() is dropped. on_done() calls its
/// function at once, in the calling thread.
///
/// Dropping it neither cancels the task nor leaks it. A value that can be copied is copied to each
/// waiter; one that cannot goes to the first, and others get error_code::invalid_state.
template <class T>
class [[nodiscard]] spawning_task : public continuations<spawning_task<T>, T> {
public:
  using value_type = T;

  spawning_task() noexcept = default;
  spawning_task(const spawning_task& other) noexcept
      : continuations<spawning_task<T>, T>(), cell_(other.cell_) {
    if (cell_ != nullptr)
      detail::add_reference(*cell_);
  }
  spawning_task(spawning_task&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  spawning_task& operator=(spawning_task other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~spawning_task() {
    if (cell_ != nullptr)
      detail::release_reference(*cell_);
  }

  /// Whether it refers to a task; all else needs one.
  explicit operator bool() const noexcept { return cell_ != nullptr; }

  /// Blocks until the task has ended, from any thread. On a worker it never deadlocks, see
  /// child_task::await().
  /// @throws cancelled if called by a body whose task is cancelled meanwhile
  task_result<T> await() const { return await(std::chrono::nanoseconds{-1}); }

  /// Waits for at most `timeout`; a negative one is none.
  /// @returns error_code::timeout if the task has not ended by then; it goes on
  task_result<T> await(std::chrono::nanoseconds timeout) const {
    const auto outcome = detail::join_any(task(), timeout);
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return detail::outcome_of_shared<T>(task());
  }

  /// `handler(await())`. @throws as await(), and what the handler throws
  template <class F>
  auto await_result(F&& handler) const {
    return std::invoke(std::forward<F>(handler), await());
  }

  /// `co_await task`: its value. @throws task_failure if it did not complete, cancelled if the
  /// awaiting task is cancelled while it waits
  auto operator co_await() const { return detail::shared_value_awaiter<T>{task()}; }

  /// `co_await task.result()`: its outcome as a value. @throws cancelled likewise
  auto result() const { return detail::shared_result_awaiter<T>{task()}; }

  /// The value as it lies in the task: null until the task has completed, valid as long as the
  /// handle.
  const T* value() const
    requires(!std::is_void_v<T>)
  {
    if (status() != task_status::completed)
      return nullptr;
    if constexpr (detail::is_small_value<T>)
      // write_small_value() has made a T of these bytes: memcpy begins the lifetime of a trivial
      // object.
      return std::launder(reinterpret_cast<const T*>(&task().result.bits));
    else
      return &detail::stored_value<T>(task());
  }

  /// Asks the task to stop. A level only rises.
  /// @param reason for the error of the task; the first one is kept
  /// @returns what waits for the answer; may be dropped
  cancellation cancel(cancellation_level level = cancellation_level::graceful,
                      const std::string& reason = {}) const {
    return cancellation::request(task(), level, reason);
  }

  /// Sends it a message, which its body takes by task_context::receive(). Any thread. Text literals
  /// become std::string.
  /// @returns the correlation id, which a reply keeps; error_code::unreachable if the task has
  /// ended, resource_limit if its mailbox is full
  template <class M>
  task_result<std::uint64_t> send(M&& message) const {
    return detail::send_mail(task(), detail::make_mail(std::forward<M>(message)));
  }

  /// Whether it has its outcome.
  bool is_done() const { return task().has_outcome(); }
  task_status status() const { return detail::status_of(task()); }
  task_id id() const { return detail::id_of(task()); }
  std::string name() const { return detail::name_of(task()); }
  /// The task above it: the root's id for a top-level one, task_id::none once it has ended.
  task_id parent() const { return detail::parent_of(task()); }
  /// Its children that have not ended yet, as far as they are there at one moment or another while
  /// it looks. Looks at all tasks of the runtime, as a snapshot does, which tells more of them.
  std::vector<task_id> children() const { return detail::children_of(task()); }
  task_priority priority() const { return task().priority(); }
  /// How many attempts have been started: 0 or 1 without retry.
  std::uint32_t attempts() const { return detail::attempt_of(task()); }
  /// How far the task says it is; empty if it says nothing.
  task_progress progress() const { return detail::progress_of(task()); }
  /// When things happened to it; empty unless the builder asked for metrics() or tracing().
  task_timestamps timestamps() const { return detail::timestamps_of(task()); }
  /// What it has cost so far; empty unless the builder asked for metrics().
  std::optional<task_metrics> metrics() const { return detail::metrics_of(task()); }
  /// The task as an ordinary actor; callers include <caf/actor.hpp>.
  template <class Actor = caf::actor>
  Actor actor() const {
    return detail::actor_as<Actor>(task());
  }

  friend bool operator==(const spawning_task&, const spawning_task&) noexcept = default;

private:
  friend struct detail::handle_access;
  template <class>
  friend class child_task;
  /// Takes over a reference.
  explicit spawning_task(detail::cell& c) noexcept : cell_(&c) {}

  detail::cell& task() const { return detail::task_of_handle(cell_); }

  detail::cell* cell_ = nullptr;
};

namespace detail {

/// Lets the library make handles and look into them.
struct handle_access {
  template <class Handle>
  static Handle make(cell& c) noexcept {
    return Handle{c};
  }
  /// The task; null if there is none.
  template <class Handle>
  static cell* find(const Handle& handle) noexcept {
    return handle.cell_;
  }
  /// Takes the task over from a handle that has one.
  template <class Handle>
  static cell& release(Handle& handle) noexcept {
    return *std::exchange(handle.cell_, nullptr);
  }
};

} // namespace detail

} // namespace sweet
