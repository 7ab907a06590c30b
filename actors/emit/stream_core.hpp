#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>
#include <sweet/actors/emit/wire/stage_command.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/messages/event_counts.hpp>
#include <sweet/messages/final_event.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/strategies/flow/event_overflow.hpp>
#include <sweet/strategies/recovery/error_strategy.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace sweet::inline v0_5::detail {

class stream_lease;

/// The settings of a stream, whatever the type of its events.
struct stream_options {
  error_strategy on_error;
  event_overflow overflow = event_overflow::block;
  std::uint32_t capacity = 1024; ///< events in front of a stage
  /// Whether an event_stream takes the results of the last stage, in place of the collector.
  bool is_pulled = false;
};

/// The state that the actors of an emitting task share, whatever the type of its events. Lives as
/// long as one of them, or a handle.
class stream_core : public std::enable_shared_from_this<stream_core> {
public:
  stream_core(task_home& home, stream_options options);
  stream_core(const stream_core&) = delete;
  stream_core& operator=(const stream_core&) = delete;
  virtual ~stream_core();

  /// How many senders there are.
  virtual std::size_t senders() const noexcept = 0;
  /// Makes the task of a sender. Called by the emitting task, once for each.
  virtual cell& make_sender(std::size_t index) = 0;
  /// Takes the items of a chunk into the collection. Called by the collector. @throws what the
  /// user's code throws
  virtual void accept(event_chunk_base& chunk) = 0;
  /// How many events the senders have handed over, and how many they have dropped before they were
  /// in a chunk. Called once the senders have ended.
  virtual std::uint64_t handed_over() const noexcept = 0;
  virtual std::uint64_t dropped_by_senders() const noexcept = 0;
  /// Makes the terminal event. Called by the emitting task, once.
  virtual void finish(stream_summary summary) = 0;

  task_home& home() const noexcept { return home_; }
  /// The id of the emitting task. Called by its actors.
  task_id id() const noexcept { return id_; }
  const clock& time() const noexcept { return time_; }
  const stream_options& options() const noexcept { return options_; }
  /// Chunks that an outlet may have on their way: enough for the capacity, and for `receivers` that
  /// are kept busy one event at a time.
  std::uint32_t chunks(std::uint32_t events_per_chunk, std::uint32_t receivers) const noexcept;

  /// Adds a stage behind the others. Before it starts.
  void add(std::unique_ptr<stage_core> stage);
  bool has_stages() const noexcept { return !stages_.empty(); }
  /// Whether the first stage asks when the sender's events were handed over.
  bool asks_when() const noexcept { return has_stages() && stages_.front()->asks_when(); }
  /// Where the sender's events go: to the first stage, if there is one.
  inlet& first() noexcept { return stages_.empty() ? collected_ : stages_.front()->in; }
  /// The inlet of the last stage's results, for the collector or the event_stream.
  inlet& collected() noexcept { return collected_; }
  /// Called when the event_stream goes. @returns false if the stream has not ended
  bool leave() noexcept;
  /// Tells the event_stream, if there is one, that nothing more comes. Repeating it changes
  /// nothing.
  void close() noexcept;

  // Any thread:

  /// Makes the stream end with this error; the first one counts.
  void fail(task_error error) noexcept;
  task_error error() const;
  /// Whether the error strategy ends the stream after an event that could not be made, which a
  /// retry does not help. An exception of the strategy ends the stream, and replaces `error`.
  bool is_ended_by(task_error& error) const noexcept;
  /// Counts an event that could not be made, and keeps its error. For a stream without stages,
  /// where only the sender can report it.
  /// @param sequence its number
  void fail_event(std::uint64_t sequence, task_error error) noexcept;
  /// Ends the handling of events.
  void stop_handling() noexcept {
    // Relaxed: a receiver that sees it late handles a few more events.
    stopped_.store(true, std::memory_order_relaxed);
  }
  bool has_stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }
  /// Stops the senders; accepted events are handled.
  void drain() noexcept;
  std::size_t stages() const noexcept { return stages_.size(); }
  /// @throws std::out_of_range if there is no such stage
  event_counts counts(std::size_t stage) const {
    return stages_.empty() && stage == 0 ? event_counts{} : stages_.at(stage)->live.look();
  }
  /// @throws std::out_of_range if there is no such stage, std::invalid_argument if it is serial and
  /// to be resized
  void command(std::size_t stage, stage_command::verb what, std::uint32_t number = 0);

protected:
  /// Frees the links that no router will look at, in all stages. Called by the destructor of the
  /// most derived class, whose outlets are still there.
  void discard_rest() noexcept;

private:
  friend async<void> run_stream(task_context, stream_lease);
  friend async<void> collect_events(std::shared_ptr<stream_core>, task_context);

  void start_sender(cell& self, std::size_t index);
  stream_summary sum_up(cell& self, const task_error& sender_error) noexcept;
  void drop_collected() noexcept;

  task_home& home_;
  const clock& time_;
  const stream_options options_;
  std::vector<std::unique_ptr<stage_core>> stages_;
  std::vector<event_counts> further_counts_; ///< room for those of all stages but the first
  inlet collected_;
  event_link all_collected_{event_link::kind::closed};
  clock::time_point started_{};
  task_id id_;
  std::atomic<bool> stopped_{false};
  /// Which ends of a pulled stream have come: its own, and the event_stream's. The second one drops
  /// the results that are left; it acquires what the first one has released.
  std::atomic<std::uint8_t> ends_{0};
  static constexpr std::uint8_t stream_ended = 1;
  static constexpr std::uint8_t puller_left = 2;

  mutable std::mutex mutex_;
  task_error error_;
  std::vector<event_error> failed_events_; ///< of a stream without stages, see fail_event()
  std::uint64_t failed_event_count_ = 0;
  std::vector<cell*> senders_; ///< a reference is held from their start on
  bool senders_are_to_stop_ = false;
};

/// Closes the stream when the lease is destroyed, also if the body that owns it is never run.
class stream_lease {
public:
  explicit stream_lease(std::shared_ptr<stream_core> stream) noexcept
      : stream_(std::move(stream)) {}
  stream_lease(stream_lease&&) noexcept = default;
  stream_lease& operator=(stream_lease&&) = delete;
  ~stream_lease() {
    if (stream_ != nullptr)
      stream_->close();
  }

  const std::shared_ptr<stream_core>& get() const noexcept { return stream_; }

private:
  std::shared_ptr<stream_core> stream_;
};

/// The body of an emitting task.
async<void> run_stream(task_context ctx, stream_lease lease);

} // namespace sweet::inline v0_5::detail
