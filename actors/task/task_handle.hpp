#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/relatives.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reports.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/mail/send_mail.hpp>
#include <sweet/actors/task/cancellation.hpp>

#include <caf/fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

namespace detail {

struct handle_access;

} // namespace detail

/// The base of the two handles to a task, child_task and spawning_task: tells what the task is and
/// how it is, cancels it, and sends it messages.
///
/// A child_task is for the body of its parent only; any thread may call the functions of a
/// spawning_task. Each function but operator bool throws std::logic_error if the handle refers to
/// no task.
class task_handle {
public:
  /// Whether the handle refers to a task: a child_task does until it has been awaited, a
  /// spawning_task unless it was made without one.
  explicit operator bool() const noexcept { return cell_ != nullptr; }

  /// Asks the task to stop. A level only rises.
  /// @param reason for the error of the task; the first one is kept
  /// @returns the wait for the answer; may be dropped
  cancellation cancel(cancellation_level level = cancellation_level::graceful,
                      const std::string& reason = {}) const {
    return cancellation::request(task(), level, reason);
  }

  /// Sends the task a message, which its body takes by task_context::receive(). Text literals
  /// become std::string.
  /// @returns the correlation id, which a reply keeps; error_code::unreachable if the task has
  /// ended, resource_limit if its mailbox is full
  template <class M>
  task_result<std::uint64_t> send(M&& message) const {
    return detail::send_mail(task(), detail::make_mail(std::forward<M>(message)));
  }

  /// Whether the task has its outcome.
  bool is_done() const { return task().has_outcome(); }
  /// How far the task has come, or how it has ended.
  task_status status() const { return detail::status_of(task()); }
  /// The id of the task, which no other task of the runtime has.
  task_id id() const { return detail::id_of(task()); }
  /// The name that the builder gave the task; empty if it gave none.
  std::string name() const { return detail::name_of(task()); }
  /// The id of the parent: of the root for a top-level task, task_id::none once the task has ended.
  task_id parent() const { return detail::parent_of(task()); }
  /// The ids of the children that have not ended yet. A child that starts or ends during the call
  /// may be among them or not. Looks at all tasks of the runtime, as a snapshot does, which tells
  /// more of them.
  std::vector<task_id> children() const { return detail::children_of(task()); }
  /// The lane on which the task runs.
  task_priority priority() const { return task().priority(); }
  /// How many attempts have been started: 0 or 1 without retry.
  std::uint32_t attempts() const { return detail::attempt_of(task()); }
  /// The progress that the task has reported last; empty if it has reported none.
  task_progress progress() const { return detail::progress_of(task()); }
  /// When the task was created, started and ended; empty unless the builder asked for metrics() or
  /// tracing().
  task_timestamps timestamps() const { return detail::timestamps_of(task()); }
  /// What the task has cost so far; empty unless the builder asked for metrics().
  std::optional<task_metrics> metrics() const { return detail::metrics_of(task()); }
  /// The task as an ordinary actor; callers include <caf/actor.hpp>.
  template <class Actor = caf::actor>
  Actor actor() const {
    return detail::actor_as<Actor>(task());
  }

protected:
  /// Refers to no task.
  task_handle() noexcept = default;
  /// Refers to a task. The derived handle owns the task or a reference to it.
  explicit task_handle(detail::cell& c) noexcept : cell_(&c) {}
  /// Refers to the task of another handle, which keeps what it owns.
  task_handle(const task_handle&) noexcept = default;
  /// Takes over the task of `other`, which refers to none afterwards.
  task_handle(task_handle&& other) noexcept : cell_(std::exchange(other.cell_, nullptr)) {}
  task_handle& operator=(const task_handle&) = delete;
  ~task_handle() = default;

  /// Exchanges the tasks of two handles.
  void swap(task_handle& other) noexcept { std::swap(cell_, other.cell_); }

  /// Returns the task. @throws std::logic_error if the handle refers to none
  detail::cell& task() const { return detail::task_of_handle(cell_); }

  /// The task; null if there is none.
  detail::cell* cell_ = nullptr;

private:
  friend struct detail::handle_access;
};

} // namespace sweet::inline v0_5
