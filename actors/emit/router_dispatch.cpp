// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What a router does with events that wait: who gets which, and how they come back.

#include <sweet/actors/emit/router_run.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <bit>
#include <utility>

namespace sweet::detail {

namespace {

/// How many slices of an ordered stage may be given while an earlier one is not back.
constexpr std::size_t max_ahead = 256;

using alarm_state = stage_core::router_alarm::state;

/// The first `n` of `events`. @pre there are so many
event_mask first_of(event_mask events, std::uint32_t n) noexcept {
  auto rest = events;
  for (; n != 0; --n)
    rest &= rest - 1;
  return events ^ rest;
}

} // namespace

// -- who gets what --------------------------------------------------------------------------------

void router_run::dispatch() {
  if ((paused_ && !finishes_) || waiting_ == 0)
    return;
  if (repartitions_ && in_flight_ == 0)
    repartition();
  if (repartitions_)
    return;
  while (dispatch_unfinished())
    continue;
  for (std::uint32_t i = 0; i < receivers_; ++i)
    loads_[i] = {stage_.receivers[i]->given, room(*stage_.receivers[i])};
  if (stage_.is_partitioned())
    while (dispatch_partitioned())
      continue;
  else
    while (dispatch_shared())
      continue;
}

bool router_run::dispatch_shared() {
  auto& from = lanes_[0];
  if (from.empty() || (stage_.rules.ordered && in_order_.size() >= max_ahead))
    return false;
  if (stage_.rules.batch_size != 0 && !is_batch_due(from, now()))
    return false;
  const auto who = policy_->route(loads_);
  if (!who || *who >= loads_.size() || loads_[*who].room == 0)
    return false;
  receiver_core& place = *stage_.receivers[*who];
  if (!give(place, from))
    return false;
  loads_[*who] = {place.given, room(place)};
  return true;
}

bool router_run::dispatch_partitioned() {
  bool any = false;
  for (std::uint32_t i = 0; i < receivers_; ++i) {
    receiver_core& place = *stage_.receivers[i];
    if (!lanes_[i].empty() && room(place) != 0)
      any |= give(place, lanes_[i]);
  }
  return any;
}

std::uint32_t router_run::room(const receiver_core& place) const noexcept {
  const auto depth = grain_.depth();
  return place.task == nullptr || place.closing || place.given >= depth ? 0 : depth - place.given;
}

bool router_run::is_batch_due(const lane& from, clock::time_point at) noexcept {
  if (waiting_ >= stage_.rules.batch_size || inputs_closed_)
    return true;
  // Who emits waits for room, and only this batch can make some.
  if (used_up_ != 0 && in_flight_ == 0)
    return true;
  const auto due = later(from.front().chunk->at, stage_.rules.batch_delay);
  if (at >= due)
    return true;
  wait_until(due);
  return false;
}

std::uint32_t router_run::grain() const noexcept {
  return controller_ ? std::max(grain_.size(), controller_->chunk()) : grain_.size();
}

std::uint32_t router_run::allowance(std::uint32_t wanted) {
  if (!bucket_)
    return wanted;
  const auto at = now();
  // A batch starts as a whole: once there is a token for each of its events, or as many as there
  // can be. The next one waits for what this one has taken in advance.
  const auto least =
      stage_.rules.batch_size != 0 ? std::min(wanted, stage_.rules.rate->burst) : std::uint32_t{1};
  if (const auto wait = bucket_->wait(at, least); wait.count() != 0) {
    wait_until(later(at, wait));
    return 0;
  }
  if (stage_.rules.batch_size != 0) {
    bucket_->take(at, wanted);
    return wanted;
  }
  std::uint32_t allowed = 0;
  while (allowed < wanted && bucket_->wait(at).count() == 0) {
    bucket_->take(at);
    ++allowed;
  }
  return allowed;
}

bool router_run::give(receiver_core& place, lane& from) {
  const auto batch = stage_.rules.batch_size;
  const auto most = batch != 0
                        ? static_cast<std::uint32_t>(std::min<std::uint64_t>(batch, waiting_))
                        : std::min(grain(), count(from.front().events));
  const auto allowed = allowance(most);
  if (allowed == 0)
    return false;
  auto& slice = free_slice(place);
  // From here on nothing throws, with events that are in no lane any more.
  slice.parts.reserve(std::min<std::size_t>(allowed, from.size()));
  if (stage_.rules.ordered)
    in_order_.emplace_back();
  slice.size = allowed;
  for (std::uint32_t missing = allowed; missing != 0;) {
    auto& [chunk, events] = from.front();
    const auto there = count(events);
    const auto taken = there <= missing ? events : first_of(events, missing);
    slice.parts.push_back({chunk, taken});
    missing -= count(taken);
    if ((events ^= taken) == 0)
      from.pop_front();
  }
  slice.number = next_slice_++;
  hand_to(place, slice);
  return true;
}

// Without a token of the rate limit: these events had theirs.
bool router_run::dispatch_unfinished() {
  const auto next = std::find_if(unfinished_.begin(), unfinished_.end(),
                                 [&](const unfinished& u) { return room(*u.place) != 0; });
  if (next == unfinished_.end())
    return false;
  const auto [place, number, rest] = *next;
  auto& slice = free_slice(*place);
  slice.parts.reserve(1); // throws before it is in no list any more
  unfinished_.erase(next);
  slice.parts.push_back({rest.chunk, rest.events});
  slice.size = count(rest.events);
  slice.number = number;
  hand_to(*place, slice);
  // There are to be fewer receivers: this one was started for what it had left.
  if (place->index >= receivers_ && !has_unfinished(*place))
    close_receiver(*place);
  return true;
}

bool router_run::has_unfinished(const receiver_core& place) const noexcept {
  return std::any_of(unfinished_.begin(), unfinished_.end(),
                     [&](const unfinished& u) { return u.place == &place; });
}

// There is one: no more are given than there are.
event_slice& router_run::free_slice(receiver_core& place) noexcept {
  auto& slice = *std::find_if(place.slices.begin(), place.slices.end(),
                              [](const event_slice& s) { return s.is_free; });
  slice.parts.clear();
  slice.wall = {};
  return slice;
}

void router_run::hand_to(receiver_core& place, event_slice& slice) noexcept {
  waiting_ -= slice.size;
  in_flight_ += slice.size;
  slice.is_free = false;
  if (place.given++ == 0)
    ++busy_;
  place.inbox.push(slice);
}

void router_run::wait_until(clock::time_point due) noexcept {
  auto& alarm = stage_.alarm;
  if (alarm.now == alarm_state::arriving)
    return;
  timer_service& timers = home_of(*self_).timers();
  if (alarm.now == alarm_state::armed) {
    if (alarm.due <= due)
      return;
    if (!timers.cancel(alarm)) {
      alarm.now = alarm_state::arriving;
      return;
    }
  }
  alarm.now = alarm_state::armed;
  alarm.due = due;
  timers.arm(alarm, due, timer_shard());
}

// -- events that wait -----------------------------------------------------------------------------

void router_run::split(event_chunk_base& chunk, event_mask& events) noexcept {
  std::fill(split_.begin(), split_.end(), 0);
  if (lanes_.size() == 1) {
    split_[0] = events;
    return;
  }
  for (auto rest = events; rest != 0;) {
    if (is_stopped()) {
      split_[0] |= rest; // to be dropped, wherever it waits
      return;
    }
    try {
      stage_.partition(chunk, rest, split_);
    } catch (...) {
      // The event has no key.
      const auto first = first_of(rest, 1);
      rest ^= first;
      events ^= first;
      ++stage_.counts.failed;
      fail_event(chunk.first_sequence + static_cast<std::uint64_t>(std::countr_zero(first)),
                 error_of_exception());
      settle(chunk, first);
    }
  }
}

template <class F>
void router_run::wait_with(part events, F put) noexcept {
  try {
    put();
    waiting_ += count(events.events);
  } catch (...) {
    stop(error_of_exception());
    stage_.counts.cancelled += count(events.events);
    settle(*events.chunk, events.events);
  }
}

void router_run::add_waiting(event_chunk_base& chunk, event_mask events) noexcept {
  split(chunk, events);
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    if (split_[i] != 0)
      wait_with({&chunk, split_[i]}, [&] { lanes_[i].push_back({&chunk, split_[i]}); });
}

// A sender that suspends after each event makes chunks of one: they must not use up its credit,
// which is for as many events as there is room for.
bool router_run::add_to_last(event_chunk_base& chunk) noexcept {
  constexpr std::uint32_t few = 2;
  if (chunk.owner->at_consumer <= few || stage_.is_partitioned() || lanes_.front().empty())
    return false;
  auto& [last, events] = lanes_.front().back();
  // Nobody has been given any of it yet.
  const auto is_whole = events == first_events(last->size) && last->open == events;
  if (!is_whole || last->first_sequence + last->size != chunk.first_sequence ||
      !stage_.merge(*last, chunk))
    return false;
  events = last->open = first_events(last->size);
  waiting_ += chunk.size;
  settle(chunk, chunk.open);
  return true;
}

void router_run::put_back(event_slice& slice, event_chunk_base& chunk, event_mask events) noexcept {
  if (events == 0)
    return;
  if (!stage_.rules.ordered)
    return put_back(chunk, events);
  wait_with({&chunk, events},
            [&] { unfinished_.push_back({slice.receiver, slice.number, {&chunk, events}}); });
}

void router_run::put_back(event_chunk_base& chunk, event_mask events) noexcept {
  split(chunk, events);
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (split_[i] == 0)
      continue;
    auto& to = lanes_[i];
    const auto behind = std::find_if(to.begin(), to.end(), [&](const part& p) {
      return p.chunk->first_sequence >= chunk.first_sequence;
    });
    if (behind != to.end() && behind->chunk == &chunk) {
      behind->events |= split_[i];
      waiting_ += count(split_[i]);
    } else {
      wait_with({&chunk, split_[i]}, [&] { to.insert(behind, {&chunk, split_[i]}); });
    }
  }
}

void router_run::set_lanes(std::size_t n) {
  split_.resize(n);
  lanes_.resize(n);
}

void router_run::repartition() {
  std::vector<lane> all(receivers_);
  split_.resize(receivers_);
  lanes_.swap(all);
  repartitions_ = false;
  waiting_ = 0;
  for (const auto& from : all)
    for (const auto& p : from)
      put_back(*p.chunk, p.events);
}

void router_run::drop_waiting(std::uint64_t event_counts::* as) noexcept {
  for (auto& from : lanes_) {
    for (const auto& p : from) {
      stage_.counts.*as += count(p.events);
      settle(*p.chunk, p.events);
    }
    from.clear();
  }
  for (const auto& [place, number, rest] : unfinished_) {
    stage_.counts.*as += count(rest.events);
    settle(*rest.chunk, rest.events);
    place_in_order(number).is_back = true;
  }
  unfinished_.clear();
  waiting_ = 0;
}

void router_run::drop_oldest() noexcept {
  while (waiting_ > stage_.stream.options().capacity) {
    auto& oldest =
        *std::min_element(lanes_.begin(), lanes_.end(), [](const auto& a, const auto& b) {
          return !a.empty() &&
                 (b.empty() || a.front().chunk->first_sequence < b.front().chunk->first_sequence);
        });
    auto& [chunk, events] = oldest.front();
    const auto excess =
        std::min<std::uint64_t>(waiting_ - stage_.stream.options().capacity, count(events));
    const auto dropped =
        excess == count(events) ? events : first_of(events, static_cast<std::uint32_t>(excess));
    auto& from = *chunk;
    if ((events ^= dropped) == 0)
      oldest.pop_front();
    waiting_ -= excess;
    stage_.counts.dropped += excess;
    settle(from, dropped);
  }
}

void router_run::settle(event_chunk_base& chunk, event_mask events) noexcept {
  chunk.open &= ~events;
  if (chunk.open != 0 || events == 0)
    return;
  if (chunk.owner->at_consumer-- == chunk.owner->credit())
    --used_up_;
  spent_.add(chunk);
}

void router_run::forward_outputs() noexcept {
  while (!in_order_.empty() && in_order_.front().is_back) {
    for (auto* link = in_order_.front().outputs; link != nullptr;) {
      auto* const next = link->next;
      stage_.next->push(*link);
      link = next;
    }
    in_order_.pop_front();
  }
}

} // namespace sweet::detail
