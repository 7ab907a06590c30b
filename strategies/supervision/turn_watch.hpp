#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>

namespace sweet::inline v0_5::detail {

/// Decides when one turn of a body has held a worker for too long, from looks at the worker that
/// come twice as often as that takes. A turn is the same as at the look before if neither the count
/// of turns nor the body has changed.
class turn_watch {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// @param limit how long a turn may take; positive
  explicit turn_watch(std::chrono::nanoseconds limit) noexcept : limit_(limit) {}

  /// How much time is to lie between two looks.
  std::chrono::nanoseconds period() const noexcept { return limit_ / 2; }

  /// Takes in a look at the worker.
  /// @param turns how many turns the worker has begun
  /// @param body the body that runs there; null: none
  /// @returns whether its turn has taken longer than the limit; true once for each turn
  bool look(unsigned turns, const void* body, time_point now) noexcept {
    const bool same = body != nullptr && turns == turns_ && body == body_;
    // The process was stopped, or has not got a core: nor had the body.
    const bool is_late = now - last_ > limit_;
    last_ = now;
    if (!same || is_late) {
      turns_ = turns;
      body_ = body;
      since_ = now;
      told_ = told_ && same;
      return false;
    }
    if (told_ || now - since_ < limit_)
      return false;
    return told_ = true;
  }

private:
  std::chrono::nanoseconds limit_;
  unsigned turns_ = 0;
  const void* body_ = nullptr;
  time_point since_{}; ///< when the turn was seen first, or for the first time after a late look
  time_point last_{};
  bool told_ = false;
};

} // namespace sweet::inline v0_5::detail
