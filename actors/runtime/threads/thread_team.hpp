#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/thread_state.hpp>

#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace sweet::inline v0_5::detail {

/// The threads that drive processors: one for each processor, and spare ones for threads that
/// block. A thread that has given its processor away waits as a spare until it is given another
/// one. Spare threads are kept until the end: as many as ever blocked at once.
class thread_team {
public:
  /// How many bodies may block in await() at the same time, each holding a thread.
  static constexpr std::size_t max_blocked = 512;

  /// @param drive runs on each worker: drives `this_thread().driven` until it has none or the
  /// scheduler stops; returns whether to go on. @param on_start, on_exit called when a thread
  /// begins and ends
  thread_team(std::function<bool()> drive, std::function<void()> on_start,
              std::function<void()> on_exit);
  ~thread_team();
  thread_team(const thread_team&) = delete;
  thread_team& operator=(const thread_team&) = delete;

  /// Starts a thread that drives `p`. @throws std::system_error
  void start(workplace& p);

  /// Finds a thread to take over, or makes one. @returns null if too many block already or the
  /// system refuses another thread
  thread_state* reserve() noexcept;
  /// Gives a reserved thread back.
  void give_back(thread_state& spare) noexcept;
  /// Called by a thread that is about to block: makes `spare` drive `p` from now on.
  void hand_over(thread_state& spare, workplace& p) noexcept;
  /// Called by a thread that has come back from blocking.
  void unblocked() noexcept;

  /// Lets all spare threads end and joins all; the processors must have been stopped.
  void stop();

private:
  void run(workplace* first);

  std::function<bool()> drive_;
  std::function<void()> on_start_;
  std::function<void()> on_exit_;
  std::mutex mutex_;
  thread_state* spares_ = nullptr;   // mutex_
  std::size_t blocked_ = 0;          // mutex_
  bool stopping_ = false;            // mutex_
  std::vector<std::thread> threads_; // mutex_
};

} // namespace sweet::inline v0_5::detail
