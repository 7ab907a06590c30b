#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_metrics.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/messages/task_status.hpp>
#include <sweet/strategies/supervision/child_failure.hpp>
#include <sweet/strategies/supervision/when_cancelled.hpp>

#include <caf/fwd.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sweet {

template <class M>
struct envelope;
class runtime;
class sleep_awaiter;
class yield_awaiter;

namespace detail {

struct cell;
struct context_access;

} // namespace detail

/// What the body of a task knows of its task, and what it can do as that task.
///
/// A value of one pointer. A body takes it by value as its first parameter, or not at all. It is
/// valid as long as the body runs; its functions are for the body only, unless noted.
class task_context {
public:
  /// The id; drawn when somebody asks for it first.
  task_id id() const;
  /// The name that the builder gave it; may be empty.
  std::string name() const;
  /// The id of the parent; of the root for tasks that the runtime itself has started.
  task_id parent() const;
  /// Which attempt at the task this is, counted from 1; the last one in a fallback.
  std::uint32_t attempt() const noexcept;
  /// The ids of the children that have not been joined yet, oldest first.
  std::vector<task_id> children() const;
  task_status status() const noexcept;
  task_priority priority() const noexcept;
  /// @throws std::logic_error if it has ended without waiting for this task
  sweet::runtime& runtime() const;
  /// This node among others: runtime::node().
  std::string node() const;

  /// The level of cancellation that has been asked for, also if no wait has thrown it yet.
  /// Any thread while the body runs.
  cancellation_level level() const noexcept;
  bool is_cancelled() const noexcept { return level() != cancellation_level::none; }
  /// Requested as soon as the task is cancelled, a child's failure cancels it, or its time is over;
  /// callbacks have run before a cancellation unwinds the body. Of several callbacks, a time that
  /// is over may leave out those of a body that is unwound meanwhile. Made on first use.
  std::stop_token stop_token() const;
  /// @throws cancelled if the task is cancelled and that has not been thrown yet
  void checkpoint() const;

  /// Where relative paths of this task start, given to the builder or inherited down the tree; a
  /// child process runs there. Empty: that of the process. The process itself stays where it is, so
  /// a body that opens a file by a relative path puts this before it.
  std::string working_directory() const;

  /// Says how far this task is, in units of its own; a `total` of 0 is not known. Shown in
  /// snapshots and by the progress() of handles, until it is said again.
  void progress(std::uint64_t done, std::uint64_t total, std::string text = {}) const;

  /// What this task has cost so far; empty unless its builder asked for metrics().
  std::optional<task_metrics> metrics() const noexcept;

  /// Tells something to the log of the runtime, see runtime_options::log, in the task's name.
  void log(log_level level, std::string text) const;
  /// The same with log_level::info.
  void log(std::string text) const { log(log_level::info, std::move(text)); }

  /// When the task has to be done at the latest: its own deadline or an earlier one of a task above
  /// it; time_point::max() if there is none. On the clock of the runtime.
  std::chrono::steady_clock::time_point deadline() const noexcept;
  /// How long that still is; zero if it has passed, nanoseconds::max() if there is no deadline.
  std::chrono::nanoseconds time_left() const noexcept;

  /// Has `f()`, or `f(task_context)`, called if the task is cancelled: once its body and its
  /// children are gone, the last one registered first, one after the other, as a child that the
  /// cancellation does not reach. A function may be a coroutine. What it throws is logged.
  ///
  /// Also called if the time of the task is over, or a failed child cancels it; not if the body
  /// returns a value or fails in spite of it.
  template <class F>
  void on_cancel(F&& f, when_cancelled when = when_cancelled::graceful) const;

  /// `co_await ctx.scope(policy, body)`, or `.await()`: a nested scope. Runs `body` with a context
  /// of its own; waits for it and its children. What fails in it fails the scope, and is thrown
  /// here, where it can be caught: this task does not fail with it.
  /// @returns a child_task of what the body returns
  template <class F>
  auto scope(child_failure policy, F&& body) const;

  /// The same with a time: when it is over the scope is cancelled gracefully, and once it has ended
  /// fails with error_code::timeout.
  /// @throws std::invalid_argument unless `d` is positive
  template <class F>
  auto with_timeout(std::chrono::nanoseconds d, F&& body) const;

  /// The same, but a graceful cancellation of this task reaches neither the body nor the wait for
  /// it, for at most `d`. Kill does.
  /// @throws std::invalid_argument unless `d` is positive
  template <class F>
  auto shield(std::chrono::nanoseconds d, F&& body) const;

  /// This task as an ordinary actor: for links, monitors, and requests for its result.
  caf::actor actor() const;

  /// Starts `f(task_context, args...)` or `f(args...)` as a child.
  /// @returns a child_task of what `f` returns; defined in <sweet/actors/task/spawn.hpp>
  /// @throws cancelled if this task has been killed
  template <class F, class... Args>
  auto spawn(F&& f, Args&&... args) const;

  /// Sends a request in this task's name to an actor of CAF, dynamically or statically typed, local
  /// or remote: `int x = co_await ctx.request<int>(actor, 1s, args...)`.
  ///
  /// It is sent at once; the timeout counts from then.
  /// @tparam R what the answer holds; for a statically typed actor it can be left out
  /// @returns an actor_request: awaited it gives void for no R, R for one, a std::tuple of them for
  /// more; defined in <sweet/actors/task/actor_request.hpp>
  template <class... R, class Handle, class... Args>
  auto request(const Handle& receiver, std::chrono::nanoseconds timeout, Args&&... args) const;

  /// Sends a message to a child, or to any task of which there is a handle: what its send() does.
  template <class Handle, class M>
  task_result<std::uint64_t> send(const Handle& to, M&& message) const;

  /// Sends a message to the parent of this task. @returns as send(); error_code::unreachable for a
  /// task under the root; defined in <sweet/actors/task/send_message.hpp>
  template <class M>
  task_result<std::uint64_t> send_to_parent(M&& message) const;

  /// Sends a message to the task, or the actor, that has sent `to`; it has the correlation id of
  /// that one. @returns as send(); error_code::unreachable if nobody is known to have sent `to`,
  /// invalid_data if an actor has and CAF cannot send an M
  template <class N, class M>
  task_result<std::uint64_t> reply(const envelope<N>& to, M&& message) const;

  /// The next message of type M, in the order they came; those of other types stay where they are:
  /// `sweet::envelope<job> next = co_await ctx.receive<job>()`.
  ///
  /// Messages come from tasks, by the send() of handles and contexts, and from ordinary actors,
  /// which send to task.actor() what holds a single M. At most 1,000 wait, see the builder's
  /// mailbox(); what is unread when the task ends is lost, and counted by runtime::lost_messages().
  /// @returns a message_receiver; defined in <sweet/actors/task/message_receiver.hpp>
  /// @throws std::logic_error if this task waits for a message already
  template <class M>
  auto receive() const;
  /// The same, for at most `timeout` from now.
  template <class M>
  auto receive(std::chrono::nanoseconds timeout) const;

  /// `co_await ctx.sleep_for(d)`: suspends for at least `d`; cancellation interrupts it.
  sleep_awaiter sleep_for(std::chrono::nanoseconds d) const noexcept;
  /// `co_await ctx.yield()`: lets everything run that waits already.
  yield_awaiter yield() const noexcept;

private:
  friend struct detail::context_access;

  constexpr task_context() noexcept = default;
  constexpr explicit task_context(detail::cell& c) noexcept : cell_(&c) {}

  // A coroutine gets its context before its task exists; its promise puts the task in later, also
  // into a parameter that is declared const.
  mutable detail::cell* cell_ = nullptr;
};

namespace detail {

struct context_access {
  static constexpr task_context unbound() noexcept { return task_context{}; }
  static constexpr task_context of(cell& c) noexcept { return task_context{c}; }
  static constexpr void bind(const task_context& ctx, cell& c) noexcept { ctx.cell_ = &c; }
  static constexpr cell& get(const task_context& ctx) noexcept { return *ctx.cell_; }
};

} // namespace detail

} // namespace sweet
