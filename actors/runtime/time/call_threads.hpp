#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/deferred_call.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sweet::inline v0_5::detail {

/// Threads for calls that timers have deferred, and that may run functions of the user's: a
/// function that takes long, or never returns, holds up neither timers nor other deferred calls.
///
/// There is one thread, and another one is made whenever all are in a call, and one that waits has
/// done so for a millisecond; all are kept until the end. A thread that is only slow to come, as in
/// a machine with too much to do, is waited for. Thread safe.
class call_threads {
  using clock = std::chrono::steady_clock;

public:
  static constexpr std::size_t max_threads = 512;

  call_threads() = default;
  call_threads(const call_threads&) = delete;
  call_threads& operator=(const call_threads&) = delete;
  ~call_threads() { stop(); }

  /// Starts the first thread. Each thread calls the functions when it begins and ends; they may be
  /// empty.
  /// @throws std::system_error if the system refuses the thread
  void start(std::function<void()> on_thread_start, std::function<void()> on_thread_exit);

  /// Has `c` called by one of the threads; calls are made one after the other if none takes long.
  /// @pre started
  void submit(deferred_call& c) noexcept;

  /// Makes another thread if the first call has waited for a millisecond, and all are in a call.
  /// @returns whether calls wait, so that there has to be another look after that time
  bool look() noexcept;

  /// Makes the calls that wait, then joins all threads. Repeating it changes nothing.
  void stop() noexcept;

private:
  void add_thread();
  void work();

  std::function<void()> on_start_;
  std::function<void()> on_exit_;
  std::mutex mutex_;
  std::condition_variable submitted_;
  deferred_list queue_;              // mutex_
  bool taken_since_look_ = true;     // mutex_; whether a call was
  clock::time_point unmoved_since_;  // mutex_; the first look since the last call was taken
  std::size_t in_calls_ = 0;         // mutex_; threads
  bool stopping_ = false;            // mutex_
  std::vector<std::thread> threads_; // mutex_
};

} // namespace sweet::inline v0_5::detail
