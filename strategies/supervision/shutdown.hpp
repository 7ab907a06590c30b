#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancellation_times.hpp>

#include <chrono>
#include <stdexcept>

namespace sweet::inline v0_5 {

/// How a supervisor stops a child: it asks the child to stop, and kills it if that takes too long.
/// A value.
class shutdown {
public:
  /// Asks the child to stop, and kills it after `grace`.
  /// @throws std::invalid_argument unless `grace` is positive
  constexpr explicit shutdown(std::chrono::nanoseconds grace) : grace_(grace) {
    if (grace.count() <= 0)
      throw std::invalid_argument{"shutdown: give a positive duration, or shutdown::kill()"};
  }

  /// Kills the child at once.
  static constexpr shutdown kill() noexcept { return shutdown{}; }
  /// Asks the child to stop, and waits for it however long that takes: the default for supervisors.
  static constexpr shutdown infinity() { return shutdown{cancellation_times::never}; }

  /// Returns the level at which the child is cancelled first.
  constexpr cancellation_level level() const noexcept {
    return grace_.count() == 0 ? cancellation_level::kill : cancellation_level::graceful;
  }
  /// Returns the times after which the levels rise.
  constexpr cancellation_times times() const noexcept {
    return {.graceful = grace_, .kill = cancellation_times{}.kill};
  }

  friend constexpr bool operator==(const shutdown&, const shutdown&) noexcept = default;

private:
  constexpr shutdown() noexcept : grace_(0) {}

  std::chrono::nanoseconds grace_; ///< zero: kill
};

} // namespace sweet::inline v0_5
