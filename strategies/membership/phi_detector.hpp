#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>

namespace sweet::inline v0_5 {

/// When a node that is silent counts as suspect, and when as down.
struct phi_options {
  double threshold = 8; ///< the phi from which on a silence is no accident; positive, at most 100
  std::chrono::nanoseconds heartbeat{std::chrono::seconds{1}}; ///< between two heartbeats; positive
  /// The least standard deviation that heartbeats are taken to have; positive.
  std::chrono::nanoseconds min_deviation{std::chrono::milliseconds{100}};
  /// How long a suspect may be silent before it is down, as a paused process is; not negative.
  std::chrono::nanoseconds pause{std::chrono::seconds{3}};
  std::uint32_t memory = 100; ///< about how many heartbeats the rhythm is learned from; at least 2

  friend bool operator==(const phi_options&, const phi_options&) = default;
};

/// Decides from the heartbeats of one node whether its silence means that it is gone. The phi of a
/// silence is how unlikely it is under the rhythm so far, as a power of ten: at phi 8 a node that
/// is alive is silent for as long once in a hundred million heartbeats.
///
/// With heartbeats each second that deviate by less than 100 ms:
///
/// | silent for | phi | the node is |
/// |---|---|---|
/// | 1.2 s | 1.6 | up |
/// | 1.5 s | 6.5 | up |
/// | 1.56 s | 8 | suspect |
/// | 4.56 s | 8 beyond the pause of 3 s | down |
///
/// After Hayashibara, Defago, Yared, Katayama: "The phi accrual failure detector", SRDS 2004, with
/// two changes. Mean and variance are those of an exponentially weighted past (Finch: "Incremental
/// calculation of weighted mean and variance", 2009) instead of a window, so that a detector needs
/// no memory per heartbeat. And there is a pause, as Akka has it, between suspicion and loss.
///
/// A pure function of the times that it is given; they may come from any clock that does not go
/// back. Not thread safe.
class phi_detector {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  /// Makes a detector for a node that was heard at `now`.
  /// @throws std::invalid_argument if an option is out of its range
  phi_detector(const phi_options& options, time_point now);

  /// Records a heartbeat: the node is alive, and this is its rhythm. A silence that was longer than
  /// what is accepted does not count as rhythm.
  void heartbeat(time_point now) noexcept;
  /// Records that any byte has arrived: the node is alive, and its rhythm is what it was.
  void heard(time_point now) noexcept;
  /// Records that the node is there again after its link was lost: it is alive, and the silence
  /// does not belong to its rhythm.
  void resumed(time_point now) noexcept;

  /// Takes back a part of the silence, in which whoever listens was not awake itself.
  void excuse(std::chrono::nanoseconds part, time_point now) noexcept;

  /// Returns how unlikely the silence at `now` is: 0 is none, positive infinity is impossible.
  double phi(time_point now) const noexcept;

  /// Returns from when on the node is suspect: phi() has reached the threshold.
  time_point suspect_at() const noexcept;
  /// Returns from when on the node is down: it has been suspect for the accepted pause.
  time_point down_at() const noexcept;

private:
  double deviation() const noexcept;

  double deviations_; ///< so many deviations beyond the mean lies the threshold
  double mean_;       ///< nanoseconds
  double variance_;
  double min_deviation_;
  std::chrono::nanoseconds pause_;
  std::uint32_t memory_;
  std::uint32_t learned_ = 2; ///< heartbeats, up to memory_
  bool rhythm_known_ = true;  ///< beat_ belongs to the same rhythm as the next heartbeat
  time_point beat_;           ///< the last heartbeat
  time_point heard_;          ///< the last sign of life
};

} // namespace sweet::inline v0_5
