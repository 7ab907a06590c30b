#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/flow/token_bucket.hpp>
#include <sweet/strategies/processing/adaptive_decision.hpp>
#include <sweet/strategies/processing/adaptive_options.hpp>
#include <sweet/strategies/processing/routing_policy.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

namespace sweet {

/// What a strategy says about a stage, whatever the type of its events.
struct processing_rules {
  /// Receivers at the start; 0: as many as the runtime has workers.
  std::uint32_t receivers = 1;
  /// Whether there is never more than one.
  bool serial = false;
  /// Events of a batch; 0: they are handled one by one.
  std::uint32_t batch_size = 0;
  /// How long the first event of a batch waits for the others.
  std::chrono::nanoseconds batch_delay{std::chrono::milliseconds{100}};
  /// Whether what receivers give goes on in the order of the events.
  bool ordered = false;
  /// Of one event, or of one batch; 0: as long as it takes.
  std::chrono::nanoseconds timeout{0};
  std::optional<rate_limit_options> rate;
  /// What an adaptive strategy starts from; its `cores` are the runtime's workers. Empty: the
  /// number of receivers changes only by resize().
  std::optional<adaptive_options> adaptive;
  bool cpu_bound = false; ///< see adaptive_options::cpu_bound()
  /// Hears of each decision of an adaptive strategy, in the task of the router.
  std::function<void(const adaptive_decision&)> observer;
  /// Empty: least_loaded_first.
  make_routing_policy policy;
};

} // namespace sweet
