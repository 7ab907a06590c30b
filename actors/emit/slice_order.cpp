// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/slice_order.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

void slice_order::take_outputs(event_slice& slice) noexcept {
  if (!is_kept_)
    return;
  auto& entry = of(slice.number);
  auto** end = &entry.outputs;
  while (*end != nullptr)
    end = &(*end)->next;
  *end = std::exchange(slice.outputs, nullptr);
  // Events that have just come back unfinished are the last of the list.
  entry.is_back = unfinished_.empty() || unfinished_.back().slice != slice.number;
}

void slice_order::forward(inlet& next) noexcept {
  while (!slices_.empty() && slices_.front().is_back) {
    for (auto* link = slices_.front().outputs; link != nullptr;)
      next.push(*std::exchange(link, link->next));
    slices_.pop_front();
  }
}

bool slice_order::has_unfinished(const receiver_core& place) const noexcept {
  return std::any_of(unfinished_.begin(), unfinished_.end(),
                     [&](const unfinished& u) { return u.place == &place; });
}

std::uint64_t slice_order::unfinished_events() const noexcept {
  std::uint64_t all = 0;
  for (const auto& u : unfinished_)
    all += count(u.events);
  return all;
}

slice_order::unfinished slice_order::take(const unfinished& one) noexcept {
  const auto taken = one;
  unfinished_.erase(std::find_if(unfinished_.begin(), unfinished_.end(),
                                 [&](const unfinished& u) { return &u == &one; }));
  return taken;
}

void slice_order::end_unfinished(event_account& account, event_account::ending how) noexcept {
  for (const auto& u : unfinished_) {
    account.end(*u.chunk, u.events, how);
    of(u.slice).is_back = true;
  }
  unfinished_.clear();
}

} // namespace sweet::inline v0_5::detail
