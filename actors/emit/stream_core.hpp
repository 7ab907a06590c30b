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

namespace sweet::detail {

class stream_lease;

/// What the builder describes of a stream, whatever the type of its events.
struct stream_options {
  error_strategy on_error;
  event_overflow overflow = event_overflow::block;
  std::uint32_t capacity = 1024; ///< events in front of a stage
  /// Whether somebody outside takes what the last stage gives, in place of the collector.
  bool is_pulled = false;
};

/// An emitting task while it runs, whatever its events: what its actors share. Lives as long as one
/// of them, or a handle.
class stream_core : public std::enable_shared_from_this<stream_core> {
public:
  stream_core(task_home& home, stream_options options);
  stream_core(const stream_core&) = delete;
  stream_core& operator=(const stream_core&) = delete;
  virtual ~stream_core();

  /// How many senders there are.
  virtual std::size_t senders() const noexcept = 0;
  /// Makes the task of a sender. By the emitting task, once for each.
  virtual cell& make_sender(std::size_t index) = 0;
  /// Takes what has been collected. By the collector. @throws what the user's code throws
  virtual void accept(event_chunk_base& chunk) = 0;
  /// Once the senders have ended: how many events they have handed over, and how many they have
  /// dropped before they were in a chunk.
  virtual std::uint64_t handed_over() const noexcept = 0;
  virtual std::uint64_t dropped_by_senders() const noexcept = 0;
  /// Makes the terminal event. By the emitting task, once.
  virtual void finish(stream_summary summary) = 0;

  task_home& home() const noexcept { return home_; }
  /// The emitting task's. By its actors.
  task_id id() const noexcept { return id_; }
  const clock& time() const noexcept { return time_; }
  const stream_options& options() const noexcept { return options_; }
  /// Chunks that an outlet may have on their way: enough for the capacity, and for `receivers` that
  /// are kept busy one event at a time.
  std::uint32_t chunks(std::uint32_t events_per_chunk, std::uint32_t receivers) const noexcept;

  /// Adds a stage behind the others. Before it starts.
  void add(std::unique_ptr<stage_core> stage);
  bool has_stages() const noexcept { return !stages_.empty(); }
  /// Where the sender's events go: to the first stage, if there is one.
  inlet& first() noexcept { return stages_.empty() ? collected_ : stages_.front()->in; }
  /// Where what the last stage gives lies, for who pulls it.
  inlet& collected() noexcept { return collected_; }
  /// Who pulls leaves. @returns false if the stream has not ended
  bool leave() noexcept;
  /// Nothing more comes: tells who pulls. Repeating it changes nothing.
  void close() noexcept;

  // Any thread:

  /// The stream is to end with this error; the first one counts.
  void fail(task_error error) noexcept;
  task_error error() const;
  /// Whether the error strategy ends the stream after an event that could not be made, and is not
  /// made by trying again. What the strategy itself throws ends the stream, and becomes the error.
  bool is_ended_by(task_error& error) const noexcept;
  /// In a stream without stages nobody but the sender can tell of an event that could not be made.
  /// @param sequence its number
  void fail_event(std::uint64_t sequence, task_error error) noexcept;
  /// From now on no event is handled any more.
  void stop_handling() noexcept {
    // Relaxed: who sees it late handles a few more.
    stopped_.store(true, std::memory_order_relaxed);
  }
  bool has_stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }
  /// Stops the senders; what has been accepted is handled.
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
  /// See stage_core. By the destructor of the last class, whose outlets are still there.
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
  /// Of a stream that is pulled; who comes second drops what lies there, and acquires what the
  /// other one has released.
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

/// Closes the stream when it goes, also if the body that owns it is never run.
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

} // namespace sweet::detail
