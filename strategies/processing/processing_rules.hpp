#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/rate_limit_options.hpp>
#include <sweet/strategies/processing/adaptive_decision.hpp>
#include <sweet/strategies/processing/adaptive_options.hpp>
#include <sweet/strategies/processing/routing_policy.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace sweet::inline v0_5 {

/// The rules that a strategy sets for a stage, whatever the type of its events.
struct processing_rules {
  /// How many receivers there are at the start; 0: as many as the runtime has workers.
  std::uint32_t receivers = 1;
  /// Whether there is never more than one receiver.
  bool serial = false;
  /// How many events a batch has at most; 0: events are handled one by one.
  std::uint32_t batch_size = 0;
  /// How long the first event of a batch waits for the others.
  std::chrono::nanoseconds batch_delay{std::chrono::milliseconds{100}};
  /// Whether the results of receivers go on in the order of the events.
  bool ordered = false;
  /// How long one event, or one batch, may take; 0: no limit.
  std::chrono::nanoseconds timeout{0};
  /// How many events may start per second; empty: no limit.
  std::optional<rate_limit_options> rate;
  /// The bounds of an adaptive strategy; `cores` are the runtime's workers. Empty: the number of
  /// receivers changes only by resize().
  std::optional<adaptive_options> adaptive;
  /// Whether adaptive_options::cpu_bound() applies.
  bool cpu_bound = false;
  /// Called with each decision of an adaptive strategy, in the task of the router; may be empty.
  std::function<void(const adaptive_decision&)> observer;
  /// Makes the routing policy; empty: least_loaded_first.
  make_routing_policy policy;
};

} // namespace sweet::inline v0_5
