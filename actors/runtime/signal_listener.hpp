#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/fork_count.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <thread>
#include <vector>

#include <semaphore.h>

namespace sweet::inline v0_5 {

class runtime;

namespace detail {

/// Handles signals, and cancels the tasks of a runtime on a thread of its own; see stop_on_signals.
class signal_listener {
public:
  /// Starts the thread, which hears the signals even if all others block them.
  /// @throws std::system_error if the system refuses it
  signal_listener(runtime& rt, const sigset_t& signals);
  /// Restores what the process did with the signals, and acts on those that have come.
  ~signal_listener();
  signal_listener(const signal_listener&) = delete;
  signal_listener& operator=(const signal_listener&) = delete;

  /// Handles a signal from now on, unless it is ignored.
  /// @throws std::invalid_argument if it cannot be handled
  /// @throws std::logic_error if another listener handles it
  void handle(int signal);

  /// Whether this process was forked from the one that listens.
  bool is_forked() const noexcept { return forks_ != fork_count(); }

  /// A signal has come. By its handler, in any thread: async-signal-safe.
  void notice(int signal) noexcept;

  cancellation_level level() const noexcept { return level_.load(std::memory_order_relaxed); }

private:
  void listen() noexcept;
  void raise_level() noexcept;

  runtime& runtime_;
  const std::uint32_t forks_ = fork_count();
  std::vector<int> handled_;
  sem_t wake_{};
  /// Written by handlers, read by the thread: the semaphore orders them, so relaxed.
  std::atomic<std::uint32_t> came_{0};
  std::atomic<int> last_{0};
  /// Written by the thread. Relaxed: it stands for itself.
  std::atomic<cancellation_level> level_{cancellation_level::none};
  std::thread thread_;
};

} // namespace detail
} // namespace sweet::inline v0_5
