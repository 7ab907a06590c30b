#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/actors/emit/wire/spent_chunks.hpp>
#include <sweet/messages/event.hpp>
#include <sweet/messages/event_counts.hpp>
#include <sweet/messages/task_error.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// What has become of the events of a stage: the router numbers them here as they come, counts how
/// each has ended, keeps the errors, and gives a chunk back once all of its events are settled.
///
/// Each event is counted as emitted when it comes, and once more when it ends: so the counts add
/// up.
class event_account {
public:
  /// How events end: a member of event_counts.
  using ending = std::uint64_t event_counts::*;

  explicit event_account(stage_core& stage) noexcept : stage_(stage) {}
  event_account(const event_account&) = delete;
  event_account& operator=(const event_account&) = delete;
  ~event_account() { spent_.give_back(); }

  // -- events that come ---------------------------------------------------------------------------

  /// Numbers the events of a chunk; all of them are open then.
  void open(event_chunk_base& chunk) noexcept {
    chunk.first_sequence = next_sequence_;
    next_sequence_ += chunk.size;
    stage_.counts.emitted += chunk.size;
    chunk.open = first_events(chunk.size);
    if (++chunk.owner->at_consumer == chunk.owner->credit())
      ++used_up_;
  }

  /// Numbers an event that has failed before there was a value.
  void open_failed(task_error error) noexcept;

  // -- events that end ----------------------------------------------------------------------------

  /// Counts events that have ended as `how` says; settle() is still to be called.
  void add(ending how, std::uint64_t events) noexcept { stage_.counts.*how += events; }

  /// Says that these events have ended. The chunk goes back once all of its events have.
  void settle(event_chunk_base& chunk, event_mask events) noexcept {
    chunk.open &= ~events;
    if (chunk.open != 0 || events == 0)
      return;
    if (chunk.owner->at_consumer-- == chunk.owner->credit())
      --used_up_;
    spent_.add(chunk);
  }

  /// Counts events that have ended as `how` says, and settles them.
  void end(event_chunk_base& chunk, event_mask events, ending how) noexcept {
    add(how, count(events));
    settle(chunk, events);
  }

  /// Counts events as failed, each with that error; settle() is still to be called. The error
  /// strategy may end the stream.
  void fail(const event_chunk_base& chunk, event_mask events, const task_error& error) noexcept;

  /// Keeps the errors of a slice that has come back. An error that ends the stream stops the stage.
  void take_errors(event_slice& slice) noexcept;

  // -- the end of the stage -----------------------------------------------------------------------

  /// Makes the stream fail with `error`, which is no event's; no event is handled any more.
  void stop(task_error error) noexcept;
  /// Ends the handling of events.
  void stop() noexcept { is_stopped_ = true; }
  bool is_stopped() const noexcept { return is_stopped_; }

  /// Cancels events that cannot wait for lack of memory, and makes the stream fail. For a catch
  /// block.
  void lose(event_chunk_base& chunk, event_mask events) noexcept;

  // -- credit -------------------------------------------------------------------------------------

  /// Whether an outlet has all of its credit here: it can send nothing until chunks go back.
  bool has_used_up_outlet() const noexcept { return used_up_ != 0; }
  /// Whether the owner of the chunks that are to go back waits for them. A hint.
  bool are_chunks_awaited() const noexcept { return spent_.are_awaited(); }
  void give_chunks_back() noexcept { spent_.give_back(); }

  /// Shows the counts to other threads.
  void publish() noexcept { stage_.live.publish(stage_.counts); }

private:
  void fail_event(std::uint64_t sequence, task_error error) noexcept;
  void fail_stream(event_error error) noexcept;
  void keep(event_error error) noexcept;

  stage_core& stage_;
  spent_chunks spent_;
  std::uint64_t next_sequence_ = 0;
  std::uint32_t used_up_ = 0; ///< outlets all of whose credit is here
  bool is_stopped_ = false;
};

} // namespace sweet::inline v0_5::detail
