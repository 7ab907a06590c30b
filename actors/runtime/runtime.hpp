#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancellation_times.hpp>
#include <sweet/messages/log_record.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/messages/trace_event.hpp>

#include <caf/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace sweet {

class clock;

namespace detail {

class explorer;
class scheduler;
class task_home;
struct owned_system;

} // namespace detail

/// Prepares the configuration of a caf::actor_system of the user's own for a runtime: installs the
/// scheduler and the message types. Before the system exists; CAF's own settings, such as
/// scheduler.max-threads, mean what they always mean.
/// @param time what tasks and CAF's own timeouts go by; outlives the system
void configure(caf::actor_system_config& cfg, clock& time);
/// The same with the steady clock of the system.
void configure(caf::actor_system_config& cfg);

/// How to make a runtime; runtime_builder fills it in.
struct runtime_options {
  std::string name = "sweet"; ///< the root's name in snapshots
  /// Threads that run tasks; 0: one for each core that the process may use, by its affinity and the
  /// CPU quota of its control group, rounded up.
  std::size_t workers = 0;
  clock* time = nullptr; ///< null: the steady clock of the system; outlives the runtime
  /// When the end of the runtime gets harder on tasks that do not stop.
  cancellation_times shutdown{.graceful = std::chrono::seconds{30},
                              .kill = std::chrono::seconds{1}};
  /// Called with the configuration before the actor system is made, for CAF's own settings.
  std::function<void(caf::actor_system_config&)> configure{};
  /// Called with what tasks and the runtime have to tell, by any thread, by several at once. It
  /// should not throw: what it throws goes to standard error, with the record. Empty:
  /// log_to_stderr().
  std::function<void(const log_record&)> log{};
  /// Called with what happens to the tasks that are traced, by the thread that it happens in; see
  /// chrome_trace. It should be quick, and not throw: what it throws goes to the log. Empty: nobody
  /// looks, and only the timestamps of these tasks are kept.
  std::function<void(const trace_event&)> trace{};
  /// Decides what runs next, for sweet::testing::simulation; null: the ordinary order.
  detail::explorer* explorer = nullptr;
};

/// What tasks run on: owns a caf::actor_system, or wraps one that was prepared with configure().
///
/// Thread safe. Its end cancels all tasks gracefully and waits for them and for the callbacks of
/// on_done(); after runtime_options::shutdown.graceful it kills them, and starts no more, and 1 s
/// later with kill_hard. Bodies and callbacks that go on even then are abandoned: the log has their
/// names, and what they use stays in memory for good. (An actor system of the user's own waits for
/// them in its destructor.) Handles to ended tasks may outlive the runtime, everything else must
/// not.
///
/// A task or a callback of on_done() may destroy its own runtime: it is ended by another thread,
/// which the end of the process waits for, once the task or callback is over. A callback on a stop
/// token or a sink must not: that ends the process, with a sentence.
///
/// fork() leaves the child process without the threads. There the runtime can only be destroyed,
/// which does nothing; to start a task or to wait throws std::logic_error.
class runtime {
public:
  /// @throws std::system_error if the system refuses the threads
  runtime();
  explicit runtime(runtime_options options);
  /// Wraps `system`, which outlives the runtime; one runtime per system at a time. Options that
  /// belong to the system are not looked at: `workers`, `time` and `configure`.
  /// @throws std::invalid_argument if it was not prepared with configure(), or has a runtime;
  /// std::system_error if it could not start its threads
  explicit runtime(caf::actor_system& system, runtime_options options = {});
  ~runtime();
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  caf::actor_system& system() noexcept;
  std::string name() const;
  /// This node among others: name, host and process as `name/host:pid`.
  std::string node() const;
  /// Threads that run tasks at the same time.
  std::size_t workers() const noexcept;

  /// Starts a top-level task; defined in <sweet/actors/task/spawn.hpp>.
  template <class F, class... Args>
  auto spawn(F&& f, Args&&... args);

  /// The whole tree: consistent per task, not across the tree. Any time, also while bodies compute.
  tree_snapshot snapshot() const;
  /// The same as text.
  std::string dump() const;
  /// How many tasks there are, the root not counted; exact while none starts or ends. An attempt at
  /// a task that recovers counts besides the task.
  std::size_t live_tasks() const;

  /// How many messages to tasks have been lost so far: those that were unread when their task
  /// ended, and those of ordinary actors that found a full mailbox.
  std::uint64_t lost_messages() const noexcept;

  /// Cancels all tasks, and those that start later. The level rises by itself as at the end.
  void cancel(cancellation_level level = cancellation_level::graceful) noexcept;
  /// Blocks until there is no task.
  /// @throws std::logic_error in a task, a callback or a sink of this runtime, which it would wait
  /// for
  void join();

  /// Hands a record to runtime_options::log. Any thread.
  void log(const log_record& record) const noexcept;

  /// For the library.
  detail::scheduler& scheduler() noexcept { return *scheduler_; }
  detail::task_home& home() noexcept;

private:
  void attach(runtime_options options);

  std::unique_ptr<detail::owned_system> owned_;
  detail::scheduler* scheduler_ = nullptr;
};

} // namespace sweet
