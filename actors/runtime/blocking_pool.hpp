#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell.hpp>

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace sweet::detail {

/// Threads for bodies that block: made on demand, at most max_threads, gone after ten idle
/// seconds. Bodies beyond that wait for a thread, first in, first out. Thread safe.
class blocking_pool {
public:
  static constexpr std::size_t max_threads = 512;

  /// @param run runs one body. @param on_start, on_exit run around a thread.
  blocking_pool(std::function<void(cell&)> run, std::function<void()> on_start,
                std::function<void()> on_exit);
  ~blocking_pool();
  blocking_pool(const blocking_pool&) = delete;
  blocking_pool& operator=(const blocking_pool&) = delete;

  /// @throws std::system_error if the pool has no thread at all and the system refuses one
  void submit(cell& c);

  /// Runs what has been submitted, then joins all threads.
  void stop();

private:
  void work(std::list<std::thread>::iterator self);

  std::function<void(cell&)> run_;
  std::function<void()> on_start_;
  std::function<void()> on_exit_;
  std::mutex mutex_;
  std::condition_variable submitted_;
  std::deque<cell*> queue_;        // mutex_
  std::size_t idle_ = 0;           // mutex_
  bool stopping_ = false;          // mutex_
  std::list<std::thread> threads_; // mutex_
  std::list<std::thread> ended_;   // mutex_; to be joined
};

} // namespace sweet::detail
