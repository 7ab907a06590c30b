#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sweet/messages/incarnation.hpp>
#include <sweet/strategies/recovery/backoff.hpp>

namespace sweet::inline v0_5::detail {

/// The addresses by which a node finds its cluster, and when each is tried next. They are tried for
/// as long as the node lives, unless it has the node behind an address already: so parts of a
/// cluster that have lost each other meet again.
class seed_list {
public:
  using time_point = std::chrono::steady_clock::time_point;
  /// Tells whether the node that an address once led to, or now is said to have, need not be
  /// sought.
  using known = std::function<bool(const std::optional<incarnation>& start, const std::string&)>;

  seed_list(const std::vector<std::string>& addresses, backoff pace, std::uint64_t jitter,
            time_point now);

  /// Tells whether there are no seeds.
  bool empty() const noexcept { return seeds_.empty(); }

  /// Records who answers at an address; other addresses than those of seeds are ignored.
  void met(std::string_view address, const incarnation& who);
  /// Records that a seed is this node itself. It is not tried again.
  /// @returns whether all seeds are
  bool met_itself(std::string_view address);

  /// Returns the addresses to try now.
  std::vector<std::string> due(time_point now, const known& is_known);

  /// Returns when the next one is due; empty if none will be.
  std::optional<time_point> next() const;

  /// Returns the addresses, separated by commas.
  std::string text() const;

private:
  struct seed {
    std::string address;
    std::optional<incarnation> who{};
    bool itself = false;
    std::uint32_t tries = 0;
    time_point next{};
  };

  std::vector<seed> seeds_;
  backoff pace_;
  std::uint64_t jitter_;
};

} // namespace sweet::inline v0_5::detail
