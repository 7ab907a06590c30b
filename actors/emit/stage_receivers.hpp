#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/receiver_core.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/stage_pace.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/processing/routing_policy.hpp>
#include <sweet/strategies/supervision/restart_intensity.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sweet::inline v0_5::detail {

/// The receivers of a stage, children of its router: how many there should be, which of them have
/// which slices, and which one gets the next. The router calls the functions.
///
/// A place outlives the receiver that works there: when that one has ended, another may be started.
class stage_receivers final : public child_set {
public:
  /// Makes the routing policy. @throws what the user's code throws
  stage_receivers(stage_core& stage, const stage_pace& pace);
  ~stage_receivers();

  // -- how many -----------------------------------------------------------------------------------

  /// Makes the receivers children of `router`. Called once, before all else.
  void enter(cell& router) { child_set::enter(router); }
  /// Sets the number of receivers to `n`, at least one: starts those that are missing, and closes
  /// the last ones. A closed receiver that is wanted again is to be started once it has ended.
  /// @throws std::bad_alloc, or what a receiver fails to start with
  void resize(std::uint32_t n);
  /// How many receivers there should be.
  std::uint32_t wanted() const noexcept { return wanted_; }
  bool is_wanted(const receiver_core& place) const noexcept { return place.index < wanted_; }
  /// Whether receivers are there, or have ended since receivers_ended() was called last.
  bool are_there() const noexcept { return alive_ != 0 || is_end_under_way_; }

  /// Tells a receiver, if there is one, that nothing more comes: it ends.
  void close(receiver_core& place) noexcept;
  void close_all() noexcept;

  // -- those that end -----------------------------------------------------------------------------

  /// Called when the link has come that says that receivers have ended. @returns all places;
  /// is_vacant() tells which of them are empty
  const std::vector<std::unique_ptr<receiver_core>>& receivers_ended() noexcept {
    is_end_under_way_ = false;
    return stage_.receivers;
  }
  /// Whether no receiver is there, and none is left behind that may still be at work.
  static bool is_vacant(const receiver_core& place) noexcept {
    return place.task == nullptr && !place.abandoned;
  }
  /// Starts a receiver where one has ended. @returns an error if that happens too often
  /// @throws what a receiver fails to start with
  task_error replace(receiver_core& place);

  // -- slices -------------------------------------------------------------------------------------

  /// Events that receivers have.
  std::uint64_t in_flight() const noexcept { return in_flight_; }
  /// Receivers that have something to do.
  std::uint32_t busy() const noexcept { return busy_; }
  receiver_core& operator[](std::size_t i) const noexcept { return *stage_.receivers[i]; }
  /// How many more slices a receiver may get now.
  std::uint32_t room(const receiver_core& place) const noexcept {
    const auto depth = pace_.depth();
    return place.task == nullptr || place.closing || place.given >= depth ? 0 : depth - place.given;
  }

  /// Looks at what each receiver has to do, for route().
  void look_at_loads() noexcept;
  /// The receiver that gets the next slice, as the routing policy says; null: none for now.
  /// @throws what the user's code throws
  receiver_core* route();

  /// An empty slice for a receiver, with room for so many parts. @pre the receiver has room
  /// @throws std::bad_alloc; nothing has happened then
  event_slice& free_slice(receiver_core& place, std::size_t parts);
  /// Gives a receiver one of its slices.
  void give(receiver_core& place, event_slice& slice) noexcept;
  /// A slice has come back; it is free once the router has looked at it.
  void take_back(const event_slice& slice) noexcept;

  // -- child_set ----------------------------------------------------------------------------------
  void arrived(cell& child) noexcept override;
  void resolved(cell& child) noexcept override;
  bool is_ready() const noexcept override { return false; }
  bool give_up() noexcept override { return false; }

private:
  void start(receiver_core& place);
  receiver_load load(const receiver_core& place) const noexcept {
    return {place.given, room(place)};
  }

  stage_core& stage_;
  const stage_pace& pace_;
  std::unique_ptr<routing_policy> policy_;
  restart_intensity replacements_;
  std::vector<receiver_load> loads_; ///< of the wanted receivers
  std::uint32_t wanted_ = 0;
  std::uint32_t alive_ = 0;
  std::uint32_t busy_ = 0; ///< receivers that have been given slices
  std::uint64_t in_flight_ = 0;
  bool is_end_under_way_ = false; ///< the link that tells the router that receivers have ended
};

} // namespace sweet::inline v0_5::detail
