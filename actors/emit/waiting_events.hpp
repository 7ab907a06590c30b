#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/event_account.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/runtime/time/clock.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace sweet::inline v0_5::detail {

/// The events of a stage that no receiver has. They wait in the order in which they came, in one
/// lane, or by their keys in one lane per receiver. The router calls the functions.
class waiting_events {
public:
  waiting_events(stage_core& stage, event_account& account) noexcept
      : stage_(stage), account_(account) {}

  /// How many events wait, in all lanes.
  std::uint64_t size() const noexcept { return size_; }
  bool is_empty() const noexcept { return size_ == 0; }

  // -- lanes --------------------------------------------------------------------------------------

  bool is_empty(std::size_t index) const noexcept { return lanes_[index].empty(); }
  /// How many events of a lane's first chunk wait. @pre the lane is not empty
  std::uint32_t at_front(std::size_t index) const noexcept {
    return count(lanes_[index].front().events);
  }
  /// When the first event of a lane was handed over. @pre the lane is not empty
  clock::time_point since(std::size_t index) const noexcept {
    return lanes_[index].front().chunk->at;
  }
  /// How many chunks have events in a lane.
  std::size_t chunks(std::size_t index) const noexcept { return lanes_[index].size(); }

  /// Says how many lanes there should be; repartition() makes them.
  void want_lanes(std::size_t n) noexcept { wanted_lanes_ = n; }
  bool needs_repartition() const noexcept { return lanes_.size() != wanted_lanes_; }
  /// Distributes the waiting events among as many lanes as there should be.
  /// @pre receivers have no events: they would come back to other receivers' lanes
  /// @throws std::bad_alloc; nothing has happened then
  void repartition();

  // -- events -------------------------------------------------------------------------------------

  /// Lets all events of a chunk wait behind the others.
  void add(event_chunk_base& chunk) noexcept;
  /// Lets events wait again, in their old place.
  void put_back(event_chunk_base& chunk, event_mask events) noexcept;
  /// Moves the first `n` events of a lane into a slice.
  /// @pre there are so many; the slice has room for a part of each chunk
  void take(std::size_t index, std::uint32_t n, event_slice& slice) noexcept;
  /// Ends all waiting events as `how` says.
  void end_all(event_account::ending how) noexcept;
  /// Drops the events that have waited longest, until no more than `most` are left.
  void drop_oldest(std::uint64_t most) noexcept;

private:
  struct part {
    event_chunk_base* chunk;
    event_mask events;
  };
  using lane = std::deque<part>;

  /// Says in `shares_` which lane gets which events. Events without a key have failed, and are
  /// taken out of `events`.
  void split(event_chunk_base& chunk, event_mask& events) noexcept;
  bool add_to_last(event_chunk_base& chunk) noexcept;
  /// Lets `events` wait where `put()` puts them. If it throws, they are cancelled, and the stream
  /// fails.
  template <class F>
  void wait_with(part events, F put) noexcept;

  stage_core& stage_;
  event_account& account_;
  std::vector<lane> lanes_;
  std::vector<event_mask> shares_; ///< room for split(): as many as lanes
  std::size_t wanted_lanes_ = 0;
  std::uint64_t size_ = 0;
};

} // namespace sweet::inline v0_5::detail
