// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/event_sender.hpp>

#include <sweet/actors/runtime/scheduler.hpp>

#include <algorithm>
#include <stdexcept>

namespace sweet::detail {

void check_stream(bool has_sender, bool has_receiver) {
  if (!has_sender)
    throw std::invalid_argument{"the stream has no sender(): nothing would be emitted"};
  if (!has_receiver)
    throw std::invalid_argument{"the stream has no receiver(): nobody would handle its events"};
}

void check_stage(const processing_rules& rules, bool takes_batch) {
  if (takes_batch != (rules.batch_size != 0))
    throw std::invalid_argument{takes_batch
                                    ? "a handler that takes a batch needs strategy::batched"
                                    : "the handler of strategy::batched takes a sweet::batch<E>&"};
}

std::uint32_t most_receivers(const processing_rules& rules, const scheduler& home) noexcept {
  const auto workers = static_cast<std::uint32_t>(home.processors());
  if (rules.adaptive)
    return rules.adaptive->max.value_or(std::min(256u, 16 * workers));
  return rules.receivers != 0 ? rules.receivers : workers;
}

} // namespace sweet::detail
