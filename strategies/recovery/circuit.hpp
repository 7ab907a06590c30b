#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/circuit_state.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet::inline v0_5 {

/// When a circuit breaker opens, and how it closes again.
struct circuit_breaker_options {
  std::uint32_t failures = 5; ///< failures in a row that open it; at least 1
  /// How long it stays open before it half-opens; positive.
  std::chrono::nanoseconds open_for{std::chrono::minutes{1}};
  /// How many calls pass while it is half-open; once all have succeeded, it closes. At least 1.
  std::uint32_t trials = 3;
};

/// Decides which calls pass a circuit breaker; a pure function of what has happened and of the
/// times that it is given. Not thread safe.
///
///     closed    -- failures in a row   --> open
///     open      -- open_for later      --> half_open
///     half_open -- all trials succeed  --> closed
///     half_open -- one trial fails     --> open
///
/// Each call that passes holds a pass, and reports with it how it ended. A pass from before the
/// last change of state counts no more: a call that began before the breaker opened says nothing
/// about the service now.
class circuit {
public:
  /// The type of the times.
  using time_point = std::chrono::steady_clock::time_point;

  /// The right to make one call.
  class pass {
  private:
    friend circuit;
    explicit pass(std::uint64_t period) noexcept : period_(period) {}
    std::uint64_t period_;
  };

  /// Makes a closed breaker.
  /// @throws std::invalid_argument unless all options are positive
  explicit circuit(circuit_breaker_options options);

  /// Asks for the right to make a call.
  /// @returns empty if the call is rejected
  std::optional<pass> enter(time_point now) noexcept;

  /// Records that the call has succeeded.
  void succeeded(pass p) noexcept;
  /// Records that the call has failed.
  void failed(pass p, time_point now) noexcept;
  /// Records that the call has ended in a way that says nothing about the service, such as a
  /// cancellation. Another call may take its place.
  void abandoned(pass p) noexcept;

  /// Returns whether calls pass at `now`.
  circuit_state state(time_point now) const noexcept;

private:
  void change(circuit_state next) noexcept;

  circuit_breaker_options options_;
  circuit_state state_ = circuit_state::closed;
  std::uint64_t period_ = 0;        ///< how often the state has changed
  std::uint32_t failures_ = 0;      ///< closed: in a row
  std::uint32_t trials_begun_ = 0;  ///< half-open
  std::uint32_t trials_passed_ = 0; ///< half-open
  time_point half_opens_{};         ///< open: when it ends
};

} // namespace sweet::inline v0_5
