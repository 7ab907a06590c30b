#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>

namespace sweet::inline v0_5 {

/// How long a cancelled task may take at one level before the next level follows by itself.
struct cancellation_times {
  /// The level does not rise by itself.
  static constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();

  std::chrono::nanoseconds graceful = std::chrono::seconds{5}; ///< from graceful to kill
  std::chrono::nanoseconds kill = std::chrono::seconds{1};     ///< from kill to kill_hard

  friend bool operator==(const cancellation_times&, const cancellation_times&) = default;
};

} // namespace sweet::inline v0_5
