#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/blocking_limits.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/log_record.hpp>
#include <sweet/messages/lost_message.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/messages/trace_event.hpp>

#include <caf/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace sweet::inline v0_5 {

class clock;

namespace detail {

class explorer;
class scheduler;
class task_home;
struct owned_system;

} // namespace detail

/// Prepares the configuration of a caf::actor_system of the user's own for a runtime: installs the
/// scheduler and the message types. CAF's own settings, such as scheduler.max-threads, keep their
/// meaning.
/// @param cfg the configuration, from which no system was made yet
/// @param time the clock that timeouts and delays go by, CAF's own included; outlives the system
void configure(caf::actor_system_config& cfg, clock& time);
/// Prepares the configuration of a caf::actor_system of the user's own for a runtime that goes by
/// the steady clock of the system: installs the scheduler and the message types. CAF's own
/// settings, such as scheduler.max-threads, keep their meaning.
/// @param cfg the configuration, from which no system was made yet
void configure(caf::actor_system_config& cfg);

/// The settings of a runtime; runtime_builder fills them in.
struct runtime_options {
  std::string name = "sweet"; ///< the name of the root in snapshots
  /// How many threads run tasks; 0: one for each core that the process may use, by its affinity and
  /// the CPU quota of its control group, rounded up.
  std::size_t workers = 0;
  /// The clock that timeouts and delays go by; null: the steady clock of the system. Outlives the
  /// runtime.
  clock* time = nullptr;
  /// How long the end of the runtime waits for tasks that do not stop, before their cancellation
  /// rises to kill, and from there to kill_hard.
  cancellation_times shutdown{.graceful = std::chrono::seconds{30},
                              .kill = std::chrono::seconds{1}};
  /// How many bodies may block at a time, and how many may wait for that. A simulation has no
  /// threads for them, and no limits.
  blocking_limits blocking{};
  /// Called with the configuration before the actor system is made, for CAF's own settings; may be
  /// empty.
  std::function<void(caf::actor_system_config&)> configure{};
  /// The sink for log records of tasks and of the runtime. Any thread calls it, several at once. It
  /// should not throw: an exception goes to standard error, with the record. Empty:
  /// log_to_stderr().
  std::function<void(const log_record&)> log{};
  /// The sink for the steps of traced tasks, called by the thread in which the step happens; see
  /// chrome_trace. It should be quick, and not throw: an exception goes to the log. Empty: only the
  /// timestamps of traced tasks are kept.
  std::function<void(const trace_event&)> trace{};
  /// How long one turn of a body may hold a worker before the log warns of it, once for each task:
  /// other tasks wait for that worker meanwhile. Zero: for ever. A body with blocking(), or that
  /// blocks in await(), holds no worker. The warning comes up to half of that time late; on a
  /// `time` that does not run by itself it does not come.
  std::chrono::nanoseconds watchdog = std::chrono::milliseconds{100};
  /// Whether all tasks are measured, unless their builder, or that of a task above, says otherwise.
  bool metrics = false;
  /// Whether all tasks are traced, unless their builder, or that of a task above, says otherwise.
  bool tracing = false;
  /// Decides what runs next, for sweet::testing::simulation; null: the ordinary order.
  detail::explorer* explorer = nullptr;
};

/// Runs tasks: owns a caf::actor_system, or wraps one that was prepared with configure(). Thread
/// safe.
///
/// Its destructor cancels all tasks gracefully, and waits for them and for the callbacks of
/// on_done(). After runtime_options::shutdown.graceful it kills the tasks, and starts no more;
/// after shutdown.kill it uses kill_hard. Bodies and callbacks that go on even then are abandoned:
/// the log has their names, and their memory is never freed. (An actor system of the user's own
/// waits for them in its destructor.) Handles to ended tasks may outlive the runtime; all else must
/// not.
///
/// A task or a callback of on_done() may destroy its own runtime: another thread ends it once the
/// task or callback is over, and the end of the process waits for that thread. If a callback on a
/// stop token or a sink does so, the process ends with a message.
///
/// fork() leaves the child process without the threads. There the runtime can only be destroyed,
/// which does nothing; starting a task, or waiting, throws std::logic_error.
class runtime {
public:
  /// Makes a runtime with the default settings, and an actor system of its own.
  /// @throws std::system_error if the system refuses the threads
  runtime();
  /// Makes a runtime with these settings, and an actor system of its own.
  /// @throws std::invalid_argument if `blocking.threads` is 0
  /// @throws std::system_error if the system refuses the threads
  explicit runtime(runtime_options options);
  /// Wraps `system`, which outlives the runtime and has one runtime at a time. The options
  /// `workers`, `time` and `configure` belong to the system, and are ignored.
  /// @throws std::invalid_argument if `system` was not prepared with configure(), or has a runtime;
  /// if `blocking.threads` is 0
  /// @throws std::system_error if it could not start its threads
  explicit runtime(caf::actor_system& system, runtime_options options = {});
  /// Cancels all tasks and waits for their end, for as long as runtime_options::shutdown says.
  ~runtime();
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  /// Returns the actor system, owned or wrapped.
  caf::actor_system& system() noexcept;
  /// Returns the name of the root.
  std::string name() const;
  /// Returns the name of this process among the nodes of a network: host and process as
  /// `name/host:pid`.
  std::string node() const;
  /// Returns how many threads run tasks at the same time.
  std::size_t workers() const noexcept;

  /// Starts a top-level task that runs `f(task_context, args...)` or `f(args...)`; defined in
  /// <sweet/actors/task/spawn.hpp>. Any thread.
  /// @returns spawning_task
  /// @throws std::logic_error in a process that fork() has made
  /// @throws std::bad_alloc
  template <class F, class... Args>
  auto spawn(F&& f, Args&&... args);

  /// Takes a snapshot of all tasks: consistent for each task, not across the tree. Any thread, at
  /// any time, also while bodies compute.
  tree_snapshot snapshot() const;
  /// Returns a snapshot of all tasks as text, see to_text(), and the circles in which tasks wait
  /// for each other, see find_wait_circles().
  std::string dump() const;
  /// Returns how many tasks there are, without the root; exact while none starts or ends. An
  /// attempt at a task that recovers counts besides the task.
  std::size_t live_tasks() const;

  /// Returns how many messages to tasks were lost so far: messages that were unread when their task
  /// ended, messages of ordinary actors to a full mailbox, and one-way messages to services that no
  /// actor took.
  std::uint64_t lost_messages() const noexcept;
  /// Has `f` called for each message that is lost from now on until the runtime ends, by the thread
  /// that loses it; see lost_messages(). It is called before a task that loses its unread messages
  /// has ended. Like a sink for logs it should be quick, must not wait, and what it throws goes to
  /// the log. A task observes losses through a channel, into which `f` does try_send(). Any thread.
  /// @throws std::bad_alloc
  void on_lost_message(std::function<void(const lost_message&)> f);

  /// Cancels all tasks, and those that start later. The level rises by itself after the times of
  /// runtime_options::shutdown.
  void cancel(cancellation_level level = cancellation_level::graceful) noexcept;
  /// Blocks until there is no task.
  /// @throws std::logic_error in a task, a callback or a sink of this runtime, which would wait for
  /// itself
  void join();

  /// Passes a record to runtime_options::log. Any thread.
  void log(const log_record& record) const noexcept;

  /// Returns the scheduler. For the library.
  detail::scheduler& scheduler() noexcept { return *scheduler_; }
  /// Returns what tasks ask of their runtime. For the library.
  detail::task_home& home() noexcept;

private:
  void attach(runtime_options options);

  std::unique_ptr<detail::owned_system> owned_;
  detail::scheduler* scheduler_ = nullptr;
};

} // namespace sweet::inline v0_5
