#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

#include <sweet/actors/runtime/system/unique_fd.hpp>

#include "run_events.hpp"

namespace sweet::command {

/// Events from the tasks of a run, in order, for the one thread that reports them.
class event_queue {
public:
  struct timed_event {
    run_event event;
    /// From the making of the queue.
    std::chrono::nanoseconds at;
  };

  struct taken {
    std::vector<timed_event> events;
    /// Nothing comes after these: it had been closed.
    bool last = false;
  };

  /// @throws std::system_error if the process is out of descriptors
  event_queue();

  /// Any thread.
  void push(run_event event);

  /// Any thread: whether so much waits to be reported that nothing new should be begun.
  [[nodiscard]] bool is_full() const;

  /// Whether who reports has too much himself, which counts as full.
  void hold(bool on) noexcept { held_ = on; }

  /// Any thread: the run is over, nothing comes any more.
  void close();

  /// Readable while there is something to take, be it only that it has been closed.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// Takes all there is. Both in one: were the end asked for alone, one that came just then would
  /// be taken unseen, and nothing would tell of it again.
  taken take();

  [[nodiscard]] std::chrono::nanoseconds elapsed() const;

private:
  void wake() noexcept;

  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  const detail::unique_fd fd_;
  mutable std::mutex mutex_;
  std::vector<timed_event> events_;
  bool closed_ = false;
  std::atomic<bool> held_{false};
};

} // namespace sweet::command
