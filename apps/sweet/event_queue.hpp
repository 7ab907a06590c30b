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
    /// The time since the queue was made.
    std::chrono::nanoseconds at;
  };

  struct taken {
    std::vector<timed_event> events;
    /// Whether no event comes after these: the queue has been closed.
    bool last = false;
  };

  /// @throws std::system_error if the process is out of descriptors
  event_queue();

  /// Adds an event. Any thread.
  void push(run_event event);

  /// Whether so many events wait to be reported that nothing new should be begun. Any thread.
  [[nodiscard]] bool is_full() const;

  /// Says whether too much of the report waits for its reader, which counts as full.
  void hold(bool on) noexcept { held_ = on; }

  /// Closes the queue: the run is over, and no event comes any more. Any thread.
  void close();

  /// A descriptor that is readable while there is something to take: events, or that the queue has
  /// been closed.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// Takes all events, and says whether they are the last. One call does both: an end that came
  /// between two calls would be missed, and nothing would tell of it again.
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
