#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/event_account.hpp>
#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>

namespace sweet::inline v0_5::detail {

/// The order in which a stage has given out slices. In an ordered stage, the results of a slice
/// wait here until all slices before it have come back. The router calls the functions.
class slice_order {
public:
  /// Events that a receiver of an ordered stage has given back unhandled. They keep the number of
  /// their slice, and go to the successor of the same receiver. Another receiver may hold results
  /// of later events: those go on only behind these, and would keep the credit that these need.
  struct unfinished {
    receiver_core* place;
    std::uint64_t slice; ///< its number
    event_chunk_base* chunk;
    event_mask events;
  };

  /// @throws std::bad_alloc
  explicit slice_order(bool is_kept) : is_kept_(is_kept) {}

  /// Whether this is an ordered stage.
  bool is_kept() const noexcept { return is_kept_; }

  // -- slices -------------------------------------------------------------------------------------

  /// Whether no more slices are given, because too many are under way behind one that has not come
  /// back.
  bool is_far_ahead() const noexcept { return slices_.size() >= max_ahead; }
  /// Counts a slice that is given now. @returns its number
  /// @throws std::bad_alloc; nothing has happened then
  std::uint64_t begin_slice() {
    if (is_kept_)
      slices_.emplace_back();
    return next_++;
  }
  /// Takes the results of a slice that has come back. It is back for good unless some of its events
  /// are unfinished.
  void take_outputs(event_slice& slice) noexcept;
  /// Sends on the results of slices, up to the first slice that has not come back for good.
  void forward(inlet& next) noexcept;

  // -- what is unfinished -------------------------------------------------------------------------

  bool has_unfinished() const noexcept { return !unfinished_.empty(); }
  bool has_unfinished(const receiver_core& place) const noexcept;
  std::uint64_t unfinished_events() const noexcept;
  /// Keeps events of a slice that comes back. @throws std::bad_alloc; nothing has happened then
  void keep_unfinished(const event_slice& slice, event_chunk_base& chunk, event_mask events) {
    unfinished_.push_back({slice.receiver, slice.number, &chunk, events});
  }
  /// The first unfinished events that may go on, as `can_go_on(place)` says; null if there are
  /// none.
  template <class F>
  const unfinished* first_unfinished(F can_go_on) const {
    const auto at = std::find_if(unfinished_.begin(), unfinished_.end(),
                                 [&](const unfinished& u) { return can_go_on(*u.place); });
    return at == unfinished_.end() ? nullptr : &*at;
  }
  /// Takes out unfinished events, to be given to their receiver. @pre `one` is kept here
  unfinished take(const unfinished& one) noexcept;
  /// Ends all unfinished events as `how` says.
  void end_unfinished(event_account& account, event_account::ending how) noexcept;

private:
  /// How many slices may be given while an earlier one is not back.
  static constexpr std::size_t max_ahead = 256;

  /// A slice that has been given, until all before it have come back.
  struct given {
    bool is_back = false;
    event_link* outputs = nullptr; ///< oldest first
  };

  given& of(std::uint64_t slice) noexcept { return slices_[slice - (next_ - slices_.size())]; }

  const bool is_kept_;
  std::uint64_t next_ = 0;            ///< the number of the next slice
  std::deque<given> slices_;          ///< oldest first; those of an ordered stage
  std::deque<unfinished> unfinished_; ///< given out again before all else
};

} // namespace sweet::inline v0_5::detail
