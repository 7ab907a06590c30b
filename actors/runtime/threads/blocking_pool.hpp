#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/blocking_limits.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace sweet::inline v0_5::detail {

/// Threads for bodies that block. They are made on demand, at most blocking_limits::threads besides
/// those whose bodies wait in await(), and end after ten idle seconds. Further bodies wait for a
/// thread, first in, first out. Thread safe.
class blocking_pool {
public:
  /// How many bodies may wait in await() at the same time.
  static constexpr std::size_t max_waiting = 512;

  /// @param run runs one body @param on_start, on_exit called when a thread begins and ends
  /// @param idle_time the idle time after which a thread ends
  blocking_pool(std::function<void(cell&)> run, std::function<void()> on_start,
                std::function<void()> on_exit,
                std::chrono::nanoseconds idle_time = std::chrono::seconds{10});
  ~blocking_pool();
  blocking_pool(const blocking_pool&) = delete;
  blocking_pool& operator=(const blocking_pool&) = delete;

  /// Sets the limits, for what is submitted from now on. @pre `limits.threads` is positive
  void limit(const blocking_limits& limits);

  /// Runs a body on one of the threads. @throws std::system_error if the system refuses a thread,
  /// and none of the pool's will take `c`
  /// @throws std::length_error if as many bodies wait for a thread as may
  void submit(cell& c);

  /// Called when the body on the calling thread is about to wait in await(): another thread takes
  /// its place, so that the body it waits for gets a thread. @returns false if the body must not
  /// wait: too many do already, or the system refuses the thread that would have to go on
  bool start_waiting() noexcept;
  void stop_waiting() noexcept;

  /// Runs the bodies that have been submitted, then joins all threads.
  void stop();

private:
  // Called under the mutex.
  /// How many bodies of the queue have a thread that is about to take them.
  std::size_t served() const noexcept;
  bool needs_thread() const noexcept;
  void add_thread();
  /// Takes the last body out of the queue again if too many wait.
  /// @throws std::length_error in that case
  void check_queue();
  void work(std::list<std::thread>::iterator self);

  std::function<void(cell&)> run_;
  std::function<void()> on_start_;
  std::function<void()> on_exit_;
  std::chrono::nanoseconds idle_time_;
  std::mutex mutex_;
  std::condition_variable submitted_;
  blocking_limits limits_;         // mutex_
  std::deque<cell*> queue_;        // mutex_
  std::size_t idle_ = 0;           // mutex_
  std::size_t starting_ = 0;       // mutex_; threads that have not looked at the queue yet
  std::size_t waiting_ = 0;        // mutex_; threads whose bodies wait in await()
  bool stopping_ = false;          // mutex_
  std::list<std::thread> threads_; // mutex_
  std::list<std::thread> ended_;   // mutex_; to be joined
};

} // namespace sweet::inline v0_5::detail
