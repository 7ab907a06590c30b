// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/processing/routing_policy.hpp>

namespace sweet::inline v0_5 {

std::optional<std::size_t> least_loaded_first::route(std::span<const receiver_load> receivers) {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < receivers.size(); ++i)
    if (receivers[i].room != 0 && (!best || receivers[i].queued < receivers[*best].queued))
      best = i;
  return best;
}

std::optional<std::size_t> round_robin::route(std::span<const receiver_load> receivers) {
  if (receivers.empty())
    return std::nullopt;
  const auto turn = next_ % receivers.size();
  if (receivers[turn].room == 0)
    return std::nullopt;
  next_ = turn + 1;
  return turn;
}

} // namespace sweet::inline v0_5
