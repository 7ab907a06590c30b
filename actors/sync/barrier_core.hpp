#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/actors/sync/wait_line.hpp>

#include <cstddef>
#include <mutex>

namespace sweet::inline v0_5::detail {

class barrier_arm;

/// What the handles of a barrier share: the line of those who have arrived in this round, which is
/// shorter than the number of participants, but for those whose wait another arm of a select() has
/// ended, and who are about to leave. A round ends the waits of all participants or of none, see
/// selection::hold(); test/model/barrier.pml is the exhaustively checked model.
class barrier_core {
public:
  /// @throws std::invalid_argument
  explicit barrier_core(std::size_t participants);

  /// @throws std::logic_error if there are no participants
  void drop();
  std::size_t participants() const noexcept;

private:
  friend class barrier_arm;

  /// Ends the round if all have arrived: the waits of all of them, or of none. Under the mutex.
  /// @param entering is served without a wake-up, and was the last one
  void open_if_complete(wake_list& woken, barrier_arm* entering) noexcept;

  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  std::size_t participants_;
  wait_line line_;
};

/// Arrives, and waits for the others. One that leaves the line has not arrived.
class barrier_arm final : public wait_arm {
public:
  using value_type = bool;
  explicit barrier_arm(barrier_core& core) noexcept : core_(core) {}

  bool enter() override;
  bool leave() noexcept override;
  void describe(wait_view& view) const noexcept override { view.on = wait_reason::barrier; }
  bool take() const noexcept { return is_last_; }
  bool nothing() const noexcept { return false; }

private:
  friend class barrier_core;

  barrier_core& core_;
  bool is_last_ = false;
};

} // namespace sweet::inline v0_5::detail
