#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/process/task_process.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_result.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "event_queue.hpp"

namespace sweet::command {

/// Starts the processes of a run while this machine has room for them. A job that finds too few
/// descriptors or processes waits for running processes, where it would fail otherwise; so does a
/// job while too much of the report is not read. Any thread.
///
///     auto started = room.start(ctx, spec);
///     for (retry_pause pause; !started; started = room.start(ctx, spec))
///       co_await ctx.sleep_for(pause.next());
class process_room {
public:
  /// What a process is started for. A job waits for the reader of the report, too; a service does
  /// not end before the jobs do, so nothing waits for its place.
  enum class purpose : std::uint8_t { job, probe, service };

  /// The place that a process occupies while it lives.
  class place {
  public:
    place(process_room& room, purpose what) noexcept : room_(&room), what_(what) {
      count(what_).fetch_add(1, std::memory_order_relaxed);
    }
    place(place&& other) noexcept
        : room_(std::exchange(other.room_, nullptr)), what_(other.what_) {}
    place& operator=(place&&) = delete;
    ~place() {
      // Release, with the acquire of start(): a thread that sees the place free finds what the
      // process has given back.
      if (room_)
        count(what_).fetch_sub(1, std::memory_order_release);
    }

  private:
    [[nodiscard]] std::atomic<std::size_t>& count(purpose what) const noexcept {
      return what == purpose::service ? room_->services_ : room_->passing_;
    }

    process_room* room_;
    purpose what_;
  };

  struct started_process {
    task_process process;
    place where;
  };

  /// Raises this program's soft limit of open files to the hard one, so that more processes can be
  /// watched at a time.
  /// @param events outlives the room
  explicit process_room(const event_queue& events);

  process_room(const process_room&) = delete;
  process_room& operator=(const process_room&) = delete;

  /// Starts a process, with the limit of open files that this program was started with.
  /// @returns why it cannot be started; nothing if there is no room now, but will be when others
  /// have ended, or when the report has been read
  std::optional<task_result<started_process>> start(task_context ctx, process_spec spec,
                                                    purpose what);

private:
  const event_queue& events_;
  std::uint64_t open_files_ = 0; ///< the soft limit that this program was started with
  std::size_t most_ = 0;         ///< processes that run at a time
  std::atomic<std::size_t> passing_{0};
  std::atomic<std::size_t> services_{0};
};

/// How long to wait before the next try: ever longer, up to a tenth of a second.
class retry_pause {
public:
  std::chrono::milliseconds next() noexcept {
    return std::exchange(pause_, std::min(pause_ * 2, std::chrono::milliseconds{100}));
  }

private:
  std::chrono::milliseconds pause_{5};
};

} // namespace sweet::command
