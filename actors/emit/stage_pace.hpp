#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/runtime/time/clock.hpp>
#include <sweet/strategies/flow/token_bucket.hpp>
#include <sweet/strategies/processing/adaptive_controller.hpp>
#include <sweet/strategies/processing/event_grain.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace sweet::inline v0_5::detail {

/// How fast a stage goes, by the time that its receivers take for events: how many events make a
/// slice, how many slices a receiver has, how many receivers an adaptive strategy wants, and how
/// many events a rate limit lets pass. The router calls the functions; the stage's alarm wakes it
/// for what becomes due.
class stage_pace {
public:
  explicit stage_pace(stage_core& stage);
  stage_pace(const stage_pace&) = delete;
  stage_pace& operator=(const stage_pace&) = delete;
  ~stage_pace();

  /// Starts the first window of an adaptive strategy. @returns how many receivers to begin with
  std::uint32_t begin();

  /// How many events a slice should have that is no batch.
  std::uint32_t grain() const noexcept {
    return controller_ ? std::max(grain_.size(), controller_->chunk()) : grain_.size();
  }
  /// How many slices a receiver may have, the one that it handles included.
  std::uint32_t depth() const noexcept { return grain_.depth(); }

  /// How a receiver has got on with a slice.
  struct handled {
    std::uint32_t events = 0; ///< events that have ended
    std::uint32_t failed = 0; ///< of these
    std::uint32_t in_use = 0; ///< receivers that had something to do
    std::chrono::nanoseconds wall{0};
    std::chrono::nanoseconds cpu{0}; ///< negative: not measured
  };
  void measured(const handled& slice) noexcept;

  /// Takes tokens of the rate limit for as many of the `wanted` events as it lets pass now; of a
  /// batch, all or none. @returns how many; with 0 the alarm is set
  std::uint32_t allowance(std::uint32_t wanted) noexcept;

  /// Ends the window of an adaptive strategy if it is over. @returns the decision, if there is one
  std::optional<adaptive_decision> close_window() noexcept;
  /// Sets the alarm to the end of the window.
  void wait_for_window() noexcept;

  /// Has the router look again at `due`.
  void wait_until(clock::time_point due) noexcept;

private:
  clock::time_point now() const noexcept;

  stage_core& stage_;
  event_grain grain_;
  std::optional<token_bucket> bucket_;
  std::optional<adaptive_controller> controller_;
  clock::time_point window_ends_{};
};

} // namespace sweet::inline v0_5::detail
