#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/recovery/circuit_state.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet {

/// When a circuit breaker opens, and how it closes again.
struct circuit_breaker_options {
  std::uint32_t failures = 5;                                 ///< in a row open it; at least 1
  std::chrono::nanoseconds open_for{std::chrono::minutes{1}}; ///< then it half-opens; positive
  std::uint32_t trials = 3; ///< calls that pass half-open; all succeed: it closes; at least 1
};

/// The decisions of a circuit breaker, as a machine whose time is handed in.
///
///     closed --failures in a row--> open --open_for later--> half_open --all trials succeed-->
///     closed
///                                    ^-------------one trial fails-----------|
///
/// Each call that passes holds a pass, and says with it how it ended. A pass from before the last
/// change of state counts no more: what a call tells that began before the breaker opened says
/// nothing about the service now.
class circuit {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// The right to make one call.
  class pass {
  private:
    friend circuit;
    explicit pass(std::uint64_t period) noexcept : period_(period) {}
    std::uint64_t period_;
  };

  /// @throws std::invalid_argument unless all options are positive
  explicit circuit(circuit_breaker_options options);

  /// Asks for a call. @returns nothing if it is rejected
  std::optional<pass> enter(time_point now) noexcept;

  /// The call has succeeded.
  void succeeded(pass p) noexcept;
  /// The call has failed.
  void failed(pass p, time_point now) noexcept;
  /// The call has ended in a way that says nothing, such as by being cancelled: another one may
  /// take its place.
  void abandoned(pass p) noexcept;

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

} // namespace sweet
