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
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

template <class M>
struct envelope;
class child_limit;
class runtime;
class sleep_awaiter;
class yield_awaiter;

namespace detail {

struct cell;
struct context_access;

} // namespace detail

/// Shows a body its own task, and lets it act as that task.
///
/// A value of one pointer. A body takes it by value as its first parameter, or not at all. It is
/// valid as long as the body runs; its functions are for the body only, unless they say otherwise.
class task_context {
public:
  /// Returns the id of the task, which is drawn on the first call.
  task_id id() const;
  /// Returns the name that the builder has given to the task; may be empty.
  std::string name() const;
  /// Returns the id of the parent; for a top-level task that of the root.
  task_id parent() const;
  /// Returns which attempt at the task this is, counted from 1; in a fallback, which one was the
  /// last.
  std::uint32_t attempt() const noexcept;
  /// Returns the ids of the children that were not joined yet, oldest first.
  std::vector<task_id> children() const;
  /// Returns the status of the task: `running` or `pending_cancellation`.
  task_status status() const noexcept;
  /// Returns the priority of the task.
  task_priority priority() const noexcept;
  /// Returns the runtime of the task.
  /// @throws std::logic_error if the runtime has ended without waiting for this task
  sweet::runtime& runtime() const;
  /// Returns the name of this process among the nodes of a network, see runtime::node().
  std::string node() const;

  /// Returns the level of cancellation that was asked for, also if the body has not heard of it
  /// yet. Any thread while the body runs.
  cancellation_level level() const noexcept;
  /// Tells whether the task was asked to stop, also if its body has not heard of it yet. Any thread
  /// while the body runs.
  bool is_cancelled() const noexcept { return level() != cancellation_level::none; }
  /// Returns a token on which a stop is requested as soon as the task is cancelled, the failure of
  /// a child cancels it, or its time is over. It is made on first use.
  ///
  /// Callbacks on the token have run before a cancellation stops the body. When a time is over, the
  /// callbacks run beside the body: if the body stops meanwhile, some of them may be left out.
  std::stop_token stop_token() const;
  /// Lets a body hear of a cancellation where it does not wait.
  /// @throws cancelled if the task was cancelled and has not heard of that yet
  void checkpoint() const;

  /// Returns the directory where relative paths of this task start: set by the builder, or
  /// inherited down the tree. Empty: the directory of the process.
  ///
  /// Child processes of the task run there. The process itself does not change its directory, so a
  /// body that opens a file by a relative path puts this directory before it.
  std::string working_directory() const;

  /// Reports how far this task has come, in units of its own. Snapshots and the progress() of
  /// handles show the last report.
  /// @param done units that are done
  /// @param total units in all; 0 if that is not known
  /// @param text what the task is doing; may be empty
  void progress(std::uint64_t done, std::uint64_t total, std::string text = {}) const;

  /// Returns what this task has cost so far; empty unless its builder has asked for metrics().
  std::optional<task_metrics> metrics() const noexcept;

  /// Writes a record to the log of the runtime in the name of the task: to runtime_options::log. By
  /// default warnings and errors go to standard error, and lower levels nowhere.
  void log(log_level level, std::string text) const;
  /// Writes a record with log_level::info to the log of the runtime in the name of the task: to
  /// runtime_options::log. By default it goes nowhere: only warnings and errors are shown.
  void log(std::string text) const { log(log_level::info, std::move(text)); }

  /// Returns when the task has to be done, by the clock of the runtime: its own deadline or an
  /// earlier one of a task above it; time_point::max() if there is none.
  std::chrono::steady_clock::time_point deadline() const noexcept;
  /// Returns the time until deadline(): zero if it has passed, nanoseconds::max() if there is none.
  std::chrono::nanoseconds time_left() const noexcept;

  /// Registers a clean-up, `f()` or `f(task_context)`, which may be a coroutine. It runs if the
  /// task is cancelled, its time is over or a failed child cancels it; it does not run if the body
  /// returns a value or fails in spite of that.
  ///
  /// Clean-ups run once the body and its children are gone, one after the other, the last one
  /// registered first, as a child that the cancellation does not reach. Their exceptions go to the
  /// log.
  /// @param f the clean-up
  /// @param when at which levels of cancellation it runs
  template <class F>
  void on_cancel(F&& f, when_cancelled when = when_cancelled::graceful) const;

  /// Opens a nested scope: `co_await ctx.scope(policy, body)`, or `.await()`.
  ///
  /// Runs `body` as a child with a context of its own, and waits for it and its children. A failure
  /// in the scope fails the scope, and is thrown from the wait, where it can be caught: this task
  /// does not fail with it.
  /// @param policy what the failure of a child does to the scope
  /// @param body called as `body(task_context)` or `body()`
  /// @returns a child_task of what the body returns; defined in <sweet/actors/task/scope.hpp>
  /// @throws cancelled if this task was killed
  template <class F>
  auto scope(child_failure policy, F&& body) const;
  /// Opens a nested scope with a name, which snapshots, logs and errors show: `co_await
  /// ctx.scope("both", policy, body)`, or `.await()`.
  ///
  /// Runs `body` as a child with a context of its own, and waits for it and its children. A failure
  /// in the scope fails the scope, and is thrown from the wait, where it can be caught: this task
  /// does not fail with it.
  /// @param name the name; may be empty
  /// @param policy what the failure of a child does to the scope
  /// @param body called as `body(task_context)` or `body()`
  /// @returns a child_task of what the body returns; defined in <sweet/actors/task/scope.hpp>
  /// @throws cancelled if this task was killed
  template <class F>
  auto scope(std::string name, child_failure policy, F&& body) const;

  /// Opens a nested scope with a time limit: `co_await ctx.with_timeout(d, body)`, or `.await()`.
  ///
  /// Runs `body` as a child with a context of its own, and waits for it and its children. When the
  /// time is over, the scope is cancelled gracefully, and once it has ended it fails with
  /// error_code::timeout. A failure in the scope is thrown from the wait, where it can be caught:
  /// this task does not fail with it.
  /// @returns a child_task of what the body returns; defined in <sweet/actors/task/scope.hpp>
  /// @throws std::invalid_argument unless `d` is positive
  /// @throws cancelled if this task was killed
  template <class F>
  auto with_timeout(std::chrono::nanoseconds d, F&& body) const;
  /// Opens a nested scope with a name, which snapshots, logs and errors show, and a time limit:
  /// `co_await ctx.with_timeout("ask", d, body)`, or `.await()`.
  ///
  /// Runs `body` as a child with a context of its own, and waits for it and its children. When the
  /// time is over, the scope is cancelled gracefully, and once it has ended it fails with
  /// error_code::timeout. A failure in the scope is thrown from the wait, where it can be caught:
  /// this task does not fail with it.
  /// @param name the name; may be empty
  /// @param d the time limit
  /// @param body called as `body(task_context)` or `body()`
  /// @returns a child_task of what the body returns; defined in <sweet/actors/task/scope.hpp>
  /// @throws std::invalid_argument unless `d` is positive
  /// @throws cancelled if this task was killed
  template <class F>
  auto with_timeout(std::string name, std::chrono::nanoseconds d, F&& body) const;

  /// Opens a nested scope that a graceful cancellation does not reach: `co_await ctx.shield(d,
  /// body)`, or `.await()`.
  ///
  /// Runs `body` as a child with a context of its own, and waits for it and its children. For at
  /// most `d`, a graceful cancellation of this task reaches neither the body nor the wait for it;
  /// kill does. A failure in the scope is thrown from the wait, where it can be caught: this task
  /// does not fail with it.
  /// @returns a child_task of what the body returns; defined in <sweet/actors/task/scope.hpp>
  /// @throws std::invalid_argument unless `d` is positive
  /// @throws cancelled if this task was killed
  template <class F>
  auto shield(std::chrono::nanoseconds d, F&& body) const;
  /// Opens a nested scope with a name, which snapshots, logs and errors show, that a graceful
  /// cancellation does not reach: `co_await ctx.shield("save", d, body)`, or `.await()`.
  ///
  /// Runs `body` as a child with a context of its own, and waits for it and its children. For at
  /// most `d`, a graceful cancellation of this task reaches neither the body nor the wait for it;
  /// kill does. A failure in the scope is thrown from the wait, where it can be caught: this task
  /// does not fail with it.
  /// @param name the name; may be empty
  /// @param d how long the shield holds
  /// @param body called as `body(task_context)` or `body()`
  /// @returns a child_task of what the body returns; defined in <sweet/actors/task/scope.hpp>
  /// @throws std::invalid_argument unless `d` is positive
  /// @throws cancelled if this task was killed
  template <class F>
  auto shield(std::string name, std::chrono::nanoseconds d, F&& body) const;

  /// Returns this task as an ordinary actor: for links, monitors, and requests for its result.
  caf::actor actor() const;

  /// Starts `f(task_context, args...)` or `f(args...)` as a child of this task.
  /// @returns a child_task of what `f` returns; defined in <sweet/actors/task/spawn.hpp>
  /// @throws cancelled if this task was killed
  /// @throws std::bad_alloc
  template <class F, class... Args>
  auto spawn(F&& f, Args&&... args) const;

  /// Runs `f(task_context, args...)` or `f(args...)`, a callable that blocks, as a child of this
  /// task on a thread of its own, off the workers: `int n = co_await ctx.run_blocking(read, fd)`.
  ///
  /// There are as many such threads at a time as runtime_options::blocking says, and further bodies
  /// wait for one; what is too much fails with error_code::resource_limit. A body that waits for a
  /// thread when it is cancelled never runs; one that runs hears of it through its context.
  /// @returns a child_task of what `f` returns; defined in <sweet/actors/task/run_blocking.hpp>
  /// @throws cancelled if this task was killed
  /// @throws std::bad_alloc
  template <class F, class... Args>
  auto run_blocking(F&& f, Args&&... args) const;

  /// Returns a limit on the children of this task: `auto child = co_await limit.spawn(f)` waits as
  /// long as `n` children that were started through it are there, and try_spawn() fails then.
  /// @returns a child_limit; defined in <sweet/actors/sync/child_limit.hpp>
  /// @throws std::invalid_argument if `n` is above semaphore::max_permits
  child_limit max_children(std::size_t n) const;

  /// Sends a request in the name of this task to an actor of CAF, dynamically or statically typed,
  /// local or remote: `int x = co_await ctx.request<int>(actor, 1s, args...)`. The request is sent
  /// at once.
  /// @tparam R what the answer holds; can be left out for a statically typed actor
  /// @param receiver the handle of the actor
  /// @param timeout how long to wait for the answer, from now
  /// @param args what the request holds, at least one value
  /// @returns an actor_request, whose wait gives void for no R, R for one, and a std::tuple of them
  /// for more; defined in <sweet/actors/task/actor_request.hpp>
  template <class... R, class Handle, class... Args>
  auto request(const Handle& receiver, std::chrono::nanoseconds timeout, Args&&... args) const;

  /// Sends a message to a child, or to any task of which there is a handle; see child_task::send().
  /// @returns the correlation id, which a reply keeps; error_code::unreachable if the task has
  /// ended, resource_limit if its mailbox is full
  template <class Handle, class M>
  task_result<std::uint64_t> send(const Handle& to, M&& message) const;

  /// Sends a message to the parent of this task; defined in <sweet/actors/task/send_message.hpp>.
  /// @returns the correlation id, which a reply keeps; error_code::unreachable for a top-level
  /// task, resource_limit if the mailbox is full
  template <class M>
  task_result<std::uint64_t> send_to_parent(M&& message) const;

  /// Sends a message, with the correlation id of `to`, to the task or the actor that has sent `to`;
  /// defined in <sweet/actors/task/send_message.hpp>.
  /// @returns the correlation id; error_code::unreachable if `to` has no known sender or that has
  /// ended, resource_limit if its mailbox is full, invalid_data if the sender is an actor and CAF
  /// cannot send an M
  template <class N, class M>
  task_result<std::uint64_t> reply(const envelope<N>& to, M&& message) const;

  /// Receives the next message of type M, in the order of arrival; messages of other types stay
  /// where they are: `sweet::envelope<job> next = co_await ctx.receive<job>()`. With several types,
  /// the next message that is of one of them: `co_await ctx.receive<job, stop>()` gives an
  /// `envelope<std::variant<job, stop>>`. The wait can be an arm of select().
  ///
  /// Messages come from tasks, by the send() of handles and contexts, and from ordinary actors,
  /// which send a single M to task.actor(). At most 1,000 wait, unless mailbox() of the builder
  /// says otherwise. Messages that are unread when the task ends are lost, and counted by
  /// runtime::lost_messages().
  /// @returns a message_receiver; defined in <sweet/actors/sync/message_receiver.hpp>
  /// @throws std::logic_error if this task waits for a message already
  template <class M, class... More>
  auto receive() const;
  /// Receives the next message of type M, or of one of several types, in the order of arrival, or
  /// fails with error_code::timeout if none comes within `timeout` from now. Messages of other
  /// types stay where they are.
  /// @returns a message_receiver; defined in <sweet/actors/sync/message_receiver.hpp>
  /// @throws std::logic_error if this task waits for a message already
  template <class M, class... More>
  auto receive(std::chrono::nanoseconds timeout) const;

  /// Suspends the task for at least `d`, by the clock of the runtime: `co_await ctx.sleep_for(d)`.
  /// Cancelling the task stops its body at this wait.
  sleep_awaiter sleep_for(std::chrono::nanoseconds d) const noexcept;
  /// Puts the task behind the tasks of its priority that are ready to run: `co_await ctx.yield()`.
  /// A task that was cancelled stops here.
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

} // namespace sweet::inline v0_5
