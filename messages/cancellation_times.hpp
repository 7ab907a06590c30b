#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>

namespace sweet {

/// How long a cancelled task has before its level rises by itself.
struct cancellation_times {
  /// Stays at its level.
  static constexpr std::chrono::nanoseconds never = std::chrono::nanoseconds::max();

  std::chrono::nanoseconds graceful = std::chrono::seconds{5}; ///< then kill
  std::chrono::nanoseconds kill = std::chrono::seconds{1};     ///< then kill_hard

  friend bool operator==(const cancellation_times&, const cancellation_times&) = default;
};

} // namespace sweet
