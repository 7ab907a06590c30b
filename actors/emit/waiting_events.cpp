// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/waiting_events.hpp>

#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/messages/event_counts.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail {

namespace {

/// The first `n` of `events`. @pre there are so many
event_mask first_of(event_mask events, std::uint32_t n) noexcept {
  auto rest = events;
  for (; n != 0; --n)
    rest &= rest - 1;
  return events ^ rest;
}

} // namespace

void waiting_events::repartition() {
  std::vector<lane> all(wanted_lanes_);
  shares_.resize(wanted_lanes_);
  lanes_.swap(all);
  size_ = 0;
  for (const auto& from : all)
    for (const auto& p : from)
      put_back(*p.chunk, p.events);
}

void waiting_events::split(event_chunk_base& chunk, event_mask& events) noexcept {
  std::fill(shares_.begin(), shares_.end(), 0);
  if (lanes_.size() == 1) {
    shares_[0] = events;
    return;
  }
  for (auto rest = events; rest != 0;) {
    if (account_.is_stopped()) {
      shares_[0] |= rest; // to be dropped, wherever it waits
      return;
    }
    try {
      stage_.partition(chunk, rest, shares_);
    } catch (...) {
      // The event has no key.
      const auto first = first_of(rest, 1);
      rest ^= first;
      events ^= first;
      account_.fail(chunk, first, error_of_exception());
      account_.settle(chunk, first);
    }
  }
}

template <class F>
void waiting_events::wait_with(part events, F put) noexcept {
  try {
    put();
    size_ += count(events.events);
  } catch (...) {
    account_.lose(*events.chunk, events.events);
  }
}

void waiting_events::add(event_chunk_base& chunk) noexcept {
  if (add_to_last(chunk))
    return;
  auto events = chunk.open;
  split(chunk, events);
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    if (shares_[i] != 0)
      wait_with({&chunk, shares_[i]}, [&] { lanes_[i].push_back({&chunk, shares_[i]}); });
}

// A sender that suspends after each event makes chunks of one: they must not use up its credit,
// which is for as many events as there is room for.
bool waiting_events::add_to_last(event_chunk_base& chunk) noexcept {
  constexpr std::uint32_t few = 2;
  if (chunk.owner->at_consumer <= few || stage_.is_partitioned() || lanes_.front().empty())
    return false;
  auto& [last, events] = lanes_.front().back();
  // No receiver has been given any of the chunk yet.
  const auto is_whole = events == first_events(last->size) && last->open == events;
  if (!is_whole || last->first_sequence + last->size != chunk.first_sequence ||
      !stage_.merge(*last, chunk))
    return false;
  events = last->open = first_events(last->size);
  size_ += chunk.size;
  account_.settle(chunk, chunk.open);
  return true;
}

void waiting_events::put_back(event_chunk_base& chunk, event_mask events) noexcept {
  split(chunk, events);
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (shares_[i] == 0)
      continue;
    auto& to = lanes_[i];
    const auto behind = std::find_if(to.begin(), to.end(), [&](const part& p) {
      return p.chunk->first_sequence >= chunk.first_sequence;
    });
    if (behind != to.end() && behind->chunk == &chunk) {
      behind->events |= shares_[i];
      size_ += count(shares_[i]);
    } else {
      wait_with({&chunk, shares_[i]}, [&] { to.insert(behind, {&chunk, shares_[i]}); });
    }
  }
}

void waiting_events::take(std::size_t index, std::uint32_t n, event_slice& slice) noexcept {
  auto& from = lanes_[index];
  size_ -= n;
  while (n != 0) {
    auto& [chunk, events] = from.front();
    const auto there = count(events);
    const auto taken = there <= n ? events : first_of(events, n);
    slice.parts.push_back({chunk, taken});
    n -= count(taken);
    if ((events ^= taken) == 0)
      from.pop_front();
  }
}

void waiting_events::end_all(event_account::ending how) noexcept {
  for (auto& from : lanes_) {
    for (const auto& p : from)
      account_.end(*p.chunk, p.events, how);
    from.clear();
  }
  size_ = 0;
}

void waiting_events::drop_oldest(std::uint64_t most) noexcept {
  while (size_ > most) {
    auto& oldest =
        *std::min_element(lanes_.begin(), lanes_.end(), [](const auto& a, const auto& b) {
          return !a.empty() &&
                 (b.empty() || a.front().chunk->first_sequence < b.front().chunk->first_sequence);
        });
    auto& [chunk, events] = oldest.front();
    const auto excess = std::min<std::uint64_t>(size_ - most, count(events));
    const auto dropped =
        excess == count(events) ? events : first_of(events, static_cast<std::uint32_t>(excess));
    auto& from = *chunk;
    if ((events ^= dropped) == 0)
      oldest.pop_front();
    size_ -= excess;
    account_.end(from, dropped, &event_counts::dropped);
  }
}

} // namespace sweet::inline v0_5::detail
