// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/event_sender.hpp>

#include <sweet/actors/runtime/home/task_home.hpp>

#include <algorithm>
#include <stdexcept>

namespace sweet::inline v0_5::detail {

void check_stream(bool has_sender, bool has_receiver) {
  if (!has_sender)
    throw std::invalid_argument{"the stream has no sender(): nothing would be emitted"};
  if (!has_receiver)
    throw std::invalid_argument{"the stream has no receiver(): its events would not be handled"};
}

void check_stage(const processing_rules& rules, bool takes_batch, bool has_key) {
  if (rules.ordered && has_key)
    throw std::invalid_argument{
        "receiver(): ordered() and partition_by() exclude each other: events "
        "of different keys are not handled in the order of all events"};
  if (takes_batch != (rules.batch_size != 0))
    throw std::invalid_argument{takes_batch
                                    ? "a handler that takes a batch needs strategy::batched"
                                    : "the handler of strategy::batched takes a sweet::batch<E>&"};
}

void check_pulled(event_overflow overflow, bool has_receiver) {
  if (overflow == event_overflow::drop_oldest && !has_receiver)
    throw std::invalid_argument{"stream(): event_overflow::drop_oldest needs a receiver"};
}

void check_senders(const processing_rules& rules) {
  if (rules.ordered || rules.policy || rules.rate || rules.timeout.count() != 0)
    throw std::invalid_argument{
        "sender(): of the strategy only the number counts; order, policies, "
        "limits and timeouts are for receivers"};
}

std::uint32_t workers_unless(std::uint32_t described, const task_home& home) noexcept {
  return described != 0 ? described : static_cast<std::uint32_t>(home.workers());
}

std::uint32_t most_receivers(const processing_rules& rules, const task_home& home) noexcept {
  const auto workers = workers_unless(0, home);
  if (rules.adaptive)
    return rules.adaptive->max.value_or(std::min(256u, 16 * workers));
  return workers_unless(rules.receivers, home);
}

} // namespace sweet::inline v0_5::detail
