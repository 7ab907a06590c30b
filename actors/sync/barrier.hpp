#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/barrier_core.hpp>
#include <sweet/actors/sync/operation.hpp>

#include <cstddef>
#include <memory>

namespace sweet::inline v0_5 {

/// Lets a fixed number of bodies wait for each other, round after round: each goes on once all have
/// arrived.
///
///     sweet::barrier phase{workers};
///     for (int step = 0; step < steps; ++step) {
///       compute(my_part, step);
///       if (co_await phase.arrive_and_wait())
///         exchange_borders(); // one of them, the last one
///       co_await phase.arrive_and_wait();
///     }
///
/// A participant that is stopped while it waits has not arrived: the round is not complete without
/// another one in its place. If it does not come back, it calls arrive_and_drop(), for instance in
/// a destructor or by task_context::on_cancel().
///
/// A barrier is a handle: copies share the same rounds, and tasks take copies of it. It needs no
/// runtime, works between tasks of several ones, and goes on after they have ended. Arriving and
/// waiting allocate nothing. Any thread, and each copy by any number at once.
class barrier {
public:
  /// Makes a barrier. @throws std::invalid_argument if `participants` is 0
  explicit barrier(std::size_t participants)
      : core_(std::make_shared<detail::barrier_core>(participants)) {}

  /// Arrives, and waits until as many have arrived in this round as there are participants: `bool
  /// was_last = co_await b.arrive_and_wait()`, in a callable `b.arrive_and_wait().await()`. Gives
  /// true to one of them: the last one to arrive. Whoever arrives after them arrives in the next
  /// round. What each did before it arrived is visible to all who go on.
  ///
  /// A wait that is stopped, or that loses in a select(), has not arrived. In a destructor of a
  /// body that stops, await() waits for nobody: unless it completes the round, it has not arrived,
  /// and gives false.
  auto arrive_and_wait() const noexcept {
    return operation<detail::barrier_arm>{std::in_place, *core_};
  }

  /// Arrives for good, without waiting: this round and all that follow have a participant less. If
  /// that completes the round, the one that came last before is its last one. When no participant
  /// is left, nobody waits any more.
  /// @throws std::logic_error if no participant is left
  void arrive_and_drop() const { core_->drop(); }

  /// Returns how many participants a round has at the moment.
  std::size_t participants() const noexcept { return core_->participants(); }

private:
  std::shared_ptr<detail::barrier_core> core_;
};

} // namespace sweet::inline v0_5
