#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sweet::inline v0_5 {

/// What an adaptive_controller does at the end of a window.
enum class adaptive_action : std::uint8_t {
  hold,         ///< nothing: too few handlers are busy, or the next probe is not due
  measure,      ///< nothing yet: the last move takes another window to be judged
  start,        ///< the first move, to cores / CPU share
  climb,        ///< up by the square root of the limit, as the move before has paid
  revert,       ///< back to the limit before the last move, which has not paid
  probe_up,     ///< 20 % up
  probe_down,   ///< 20 % down
  cut_errors,   ///< down by 10 %, or back from a move up: too many events fail
  cut_queue,    ///< down by 10 %: handlers wait for each other
  grow_chunk,   ///< twice as many events are handed over at once
  shrink_chunk, ///< fewer events are handed over at once, as they take long by now
};

template <>
struct detail::enum_names<adaptive_action> {
  static constexpr std::string_view type = "adaptive_action";
  static constexpr std::array<std::string_view, 11> values{
      "hold",       "measure",    "start",     "climb",      "revert",      "probe_up",
      "probe_down", "cut_errors", "cut_queue", "grow_chunk", "shrink_chunk"};
};

/// What an adaptive_controller has measured in a window, and the limits that follow from it.
struct adaptive_decision {
  std::uint64_t window = 0;                 ///< the number of the window, from 1
  std::uint32_t limit = 1;                  ///< handlers that may run at once from now on
  std::uint32_t chunk = 1;                  ///< events that are handed over at once from now on
  double throughput = 0;                    ///< X: events that have succeeded, per second
  std::chrono::nanoseconds handler_time{0}; ///< S: mean wall time of a handler
  std::optional<double> cpu_share{};        ///< rho: 0 to 1, as sampled last; empty: never sampled
  adaptive_action action = adaptive_action::hold; ///< what was done
};

} // namespace sweet::inline v0_5
