#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/event_account.hpp>
#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/slice_order.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/stage_pace.hpp>
#include <sweet/actors/emit/stage_receivers.hpp>
#include <sweet/actors/emit/waiting_events.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/stage_command.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A router at work: takes what comes to a stage, and gives it to receivers as the strategy says.
/// Only the router's own task uses it, so that none of its parts is shared:
///
/// - `account_`: what has become of the events
/// - `waiting_`: the events that no receiver has
/// - `order_`: the order of the slices that were given, and what an ordered stage holds back
/// - `pace_`: how many events a slice has, and how many may go now
/// - `receivers_`: which receiver has which slices, and which one gets the next
class router_run final {
public:
  /// Makes what the router needs besides the receivers. If that fails, the stream is not started.
  /// @throws what the user's routing policy throws when it is made
  explicit router_run(stage_core& stage);

  /// Starts the receivers. Called once by the router's task, before all else. A failure ends the
  /// stream, here and in step().
  void begin(cell& self) noexcept;

  /// Whether nothing comes any more, all is settled and the receivers are gone.
  bool is_over() const noexcept;

  /// `co_await run.wait()`: until there is something to look at.
  auto wait() noexcept { return stage_.in.wait_shielded(level_); }

  /// Looks at everything that has happened.
  void step() noexcept;

  /// Counts the events of receivers that were left behind, whose end will never be reported. Called
  /// once the router is over.
  void finish() noexcept;

private:
  // A function that throws has lost nothing: events are settled, or counted as waiting or in
  // flight. Nothing throws once the router has stopped.
  void look();

  // -- what has happened --------------------------------------------------------------------------
  void take_level() noexcept;
  void take(event_link& link);
  void take_chunk(event_chunk_base& chunk) noexcept;
  void take_slice(event_slice& slice) noexcept;
  void put_back(event_slice& slice, event_chunk_base& chunk, event_mask events) noexcept;
  void take_command(stage_command& command);
  void take_ended();
  void replace_if_needed(receiver_core& place);

  // -- how many receivers -------------------------------------------------------------------------
  void adapt();
  void resize(std::uint32_t n);

  // -- giving events to receivers -----------------------------------------------------------------
  void dispatch();
  bool dispatch_unfinished();
  bool dispatch_shared();
  bool dispatch_partitioned();
  bool is_batch_due() noexcept;
  bool give(receiver_core& place, std::size_t lane);

  /// Ends all events that no receiver has.
  void end_waiting(event_account::ending how) noexcept;
  bool has_waiting() const noexcept { return !waiting_.is_empty() || order_.has_unfinished(); }
  bool has_nothing_left() const noexcept {
    return inputs_closed_ && !has_waiting() && receivers_.in_flight() == 0;
  }

  stage_core& stage_;
  cell* self_ = nullptr; ///< null before begin()
  event_account account_;
  waiting_events waiting_;
  slice_order order_;
  stage_pace pace_;
  stage_receivers receivers_;
  event_link* taken_ = nullptr; ///< from the inlet, and not looked at; oldest first
  bool inputs_closed_ = false;
  bool paused_ = false;
  bool finishes_ = false; ///< waiting events are given out, paused or not
  cancellation_level level_ = cancellation_level::none;
};

} // namespace sweet::inline v0_5::detail
