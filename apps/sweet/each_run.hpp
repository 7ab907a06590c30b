#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/collector.hpp>
#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/process/process_spec.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/async_event.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "each_item.hpp"
#include "event_queue.hpp"
#include "job_file.hpp"
#include "process_attempt.hpp"
#include "process_room.hpp"
#include "remote_jobs.hpp"
#include "run_events.hpp"

namespace sweet::command {

/// Where the items of an each-job run.
struct item_places {
  const orphan_guard& guard;
  process_room& room;
  remote_jobs* nodes = nullptr; ///< null: all run here
};

/// An each-job while it runs: a stream of its items, each of which runs a process here or on a
/// node, and what has become of them so far.
class each_run : public std::enable_shared_from_this<each_run> {
public:
  /// Why no further item is started.
  enum class stop_reason : std::uint8_t { none, failed_item, job_timeout, interrupt };

  /// All arguments, and what `places` names, outlive the run.
  /// @param what has `each`; `place` is where it is in its file
  /// @param at_once how many items run at a time, unless the job says so
  each_run(const job& what, std::size_t place, std::size_t at_once, event_queue& events,
           const item_places& places);

  each_run(const each_run&) = delete;
  each_run& operator=(const each_run&) = delete;

  /// Starts the stream, as a child of the job's task. Once.
  void start(task_context ctx);

  /// Whether the stream has ended.
  [[nodiscard]] bool is_over() const noexcept { return over_.is_set(); }

  /// `co_await run.wait(seen)` waits until the stream has ended, or the task's level of
  /// cancellation is above `seen`, and gives the level.
  [[nodiscard]] auto wait(cancellation_level seen) noexcept {
    return detail::event_access::wait_shielded(over_, seen);
  }

  /// Lets no further item start; running items are not touched. The first reason counts. Any
  /// thread.
  void stop(stop_reason why);

  /// Whether the stream was cancelled, of which stop() may not have been told yet. @pre is_over()
  [[nodiscard]] bool was_cancelled() const noexcept {
    return error_ && error_.code() == error_code::cancelled;
  }

  /// How the job ended. @pre is_over()
  [[nodiscard]] job_ended end() const;

private:
  using clock = std::chrono::steady_clock;

  /// How long an attempt may take; no limit if empty.
  struct time_limit {
    std::optional<std::chrono::nanoseconds> time{};
    bool is_jobs = false; ///< the job's own time is over then
  };

  static async<void> run_here(task_context ctx, std::shared_ptr<each_run> self, each_item item,
                              std::uint64_t index, collector<item_ended>& out);
  static async<void> run_there(task_context ctx, std::shared_ptr<each_run> self, each_item item,
                               std::uint64_t index, collector<item_ended>& out);

  template <class Strategy>
  void run(task_context ctx, const Strategy& strategy);

  [[nodiscard]] bool is_stopping() const noexcept { return why_ != stop_reason::none; }
  [[nodiscard]] time_limit limit() const;
  /// What is known of an item before it runs.
  item_ended not_run_yet(each_item& item, std::uint64_t index) const;
  /// Reports an item. Throws if it has failed and the stream is to know that.
  void report(task_context ctx, item_ended end, collector<item_ended>& out);
  [[nodiscard]] remote_command_line line_of(const each_item& item,
                                            std::optional<std::chrono::nanoseconds> timeout) const;
  [[nodiscard]] std::optional<task_result<process_room::started_process>>
  start_process(task_context ctx, const each_item& item) const;
  static void judge(process_attempt& attempt, bool killed, const time_limit& limit,
                    item_ended& end);
  static void judge(job_ended there, const time_limit& limit, item_ended& end);
  [[nodiscard]] std::optional<std::chrono::nanoseconds>
  wait_before_next(const item_ended& end) const;
  void count(const item_ended& end);
  [[nodiscard]] std::string failures_text() const;

  const job& job_;
  const std::size_t place_;
  const std::size_t at_once_;
  event_queue& events_;
  process_room& room_;
  remote_jobs* const nodes_;
  process_spec common_; ///< the settings of all its processes
  const clock::time_point started_ = clock::now();
  std::atomic<stop_reason> why_{stop_reason::none};
  async_event over_;
  task_error error_; ///< the error that ended the stream; empty: it came to its end

  mutable std::mutex mutex_;
  items_summary counts_;
  std::string failures_;        ///< the first few
  std::function<void()> drain_; ///< drains the stream, once it runs
};

} // namespace sweet::command
