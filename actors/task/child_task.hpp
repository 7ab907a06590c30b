#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/relatives.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/mail/send_mail.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/cancellation.hpp>
#include <sweet/actors/task/child_awaiter.hpp>
#include <sweet/actors/task/continuations.hpp>
#include <sweet/actors/task/spawning_task.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sweet {

/// A child of the task that spawned it, held by its parent: as cheap as a handle can be.
///
/// Move-only, and for the parent's body only; share() gives a handle for everybody else. Dropping
/// it neither cancels the child nor leaks it: the child is reaped when it ends, and its failure
/// still counts. The parent does not end before its children; keep no child_task where it outlives
/// the parent's body.
template <class T>
class [[nodiscard]] child_task : public continuations<child_task<T>, T> {
public:
  using value_type = T;

  child_task() noexcept = default;
  child_task(child_task&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  child_task& operator=(child_task other) noexcept {
    std::swap(cell_, other.cell_);
    return *this;
  }
  ~child_task() {
    if (cell_ != nullptr)
      detail::drop_child(*cell_);
  }

  /// Whether there is a child that has not been awaited yet; all else needs one.
  explicit operator bool() const noexcept { return cell_ != nullptr; }

  /// `co_await child`: its value. @throws task_failure if it did not complete, cancelled if this
  /// task is cancelled while it waits
  auto operator co_await() {
    static_cast<void>(task());
    return detail::child_value_awaiter<T>{cell_};
  }

  /// `co_await child.result()`: its outcome as a value. @throws cancelled likewise
  auto result() {
    static_cast<void>(task());
    return detail::child_result_awaiter<T>{cell_};
  }

  /// Blocks the body's thread until the child has ended; for bodies that are no coroutines.
  ///
  /// On a worker it never deadlocks: the thread runs what the body has spawned, and else another
  /// thread takes over while this one sleeps. At most 512 bodies can block so at the same time;
  /// one more gets error_code::resource_limit, and the child stays.
  /// @throws cancelled if this task is cancelled meanwhile
  task_result<T> await() {
    const auto outcome = detail::join_blocking(task());
    if (outcome != detail::join_outcome::ended)
      return detail::error_of(outcome);
    return detail::take_child<T>(cell_);
  }

  /// `handler(await())`. @throws as await(), and what the handler throws
  template <class F>
  auto await_result(F&& handler) {
    return std::invoke(std::forward<F>(handler), await());
  }

  /// Asks the child to stop. A level only rises.
  /// @param reason for the error of the task; the first one is kept
  /// @returns what waits for the answer; may be dropped
  cancellation cancel(cancellation_level level = cancellation_level::graceful,
                      const std::string& reason = {}) const {
    return cancellation::request(task(), level, reason);
  }

  /// Sends it a message, which its body takes by task_context::receive(). For the parent's body.
  /// Text literals become std::string.
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
  /// The child as an ordinary actor; callers include <caf/actor.hpp>.
  template <class Actor = caf::actor>
  Actor actor() const {
    return detail::actor_as<Actor>(task());
  }

  /// A handle for any thread, valid after the end.
  spawning_task<T> share() const {
    detail::share(task());
    return spawning_task<T>{task()};
  }

private:
  friend struct detail::handle_access;
  explicit child_task(detail::cell& c) noexcept : cell_(&c) {}

  detail::cell& task() const { return detail::task_of_handle(cell_); }

  detail::cell* cell_ = nullptr;
};

} // namespace sweet
