// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stage_receivers.hpp>

#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/cancelled.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

/// How many receivers that have ended unexpectedly are replaced within replacement_period.
constexpr std::uint32_t max_replacements = 10;
constexpr std::chrono::seconds replacement_period{5};

} // namespace

stage_receivers::stage_receivers(stage_core& stage, const stage_pace& pace)
    : stage_(stage), pace_(pace),
      policy_(stage.rules.policy ? stage.rules.policy() : std::make_unique<least_loaded_first>()),
      replacements_(max_replacements, replacement_period) {}

stage_receivers::~stage_receivers() {
  for (const auto& place : stage_.receivers)
    if (place->task != nullptr)
      place->task->group = 0;
}

// -- how many -------------------------------------------------------------------------------------

void stage_receivers::resize(std::uint32_t n) {
  wanted_ = n;
  loads_.resize(n);
  auto& places = stage_.receivers;
  while (places.size() < n) {
    places.push_back(stage_.make_receiver());
    places.back()->index = places.size() - 1;
  }
  for (const auto& place : places) {
    if (!is_wanted(*place))
      close(*place);
    else if (place->task == nullptr)
      start(*place);
  }
}

void stage_receivers::start(receiver_core& place) {
  unstarted_task made{place.make_task()};
  set_name(*made, "receiver " + std::to_string(place.index));
  set_contained(*made);
  // A handler may start tasks before it returns the coroutine that handles the event. Those are
  // children of the receiver, and other events do not fail with them.
  set_collects(*made);
  // Accepted events are handled even if the stream is cancelled.
  set_shield(*made, cancellation_level::graceful);
  cell& task = made.release();
  try {
    start_grouped(parent(), task, slot());
  } catch (const cancelled&) {
    // The router has been killed since it looked at its level: the task is gone, and none is needed
    // any more.
    return;
  }
  place.task = &task;
  place.closing = false;
  ++alive_;
}

void stage_receivers::close(receiver_core& place) noexcept {
  if (place.task == nullptr || std::exchange(place.closing, true))
    return;
  place.inbox.push(place.close);
}

void stage_receivers::close_all() noexcept {
  for (const auto& place : stage_.receivers)
    close(*place);
}

// -- those that end -------------------------------------------------------------------------------

void stage_receivers::arrived(cell& child) noexcept {
  resolved(child);
  consume(child);
}

void stage_receivers::resolved(cell& child) noexcept {
  child.group = 0; // reaped when it ends
  for (const auto& place : stage_.receivers) {
    if (place->task != &child)
      continue;
    place->task = nullptr;
    --alive_;
    // If the body is left behind, the router does not wait for it.
    place->abandoned = !child.is_done();
  }
  if (!std::exchange(is_end_under_way_, true))
    stage_.in.push(stage_.receiver_ended);
}

task_error stage_receivers::replace(receiver_core& place) {
  // A closing receiver was told to end when fewer were wanted: its end is not unexpected.
  if (place.closing || replacements_.admit(stage_.stream.time().now())) {
    start(place);
    return {};
  }
  return task_error{error_code::resource_limit,
                    "more than " + std::to_string(max_replacements) +
                        " receivers have ended unexpectedly within 5 s"};
}

// -- slices ---------------------------------------------------------------------------------------

void stage_receivers::look_at_loads() noexcept {
  for (std::uint32_t i = 0; i < wanted_; ++i)
    loads_[i] = load((*this)[i]);
}

receiver_core* stage_receivers::route() {
  const auto who = policy_->route(loads_);
  if (!who || *who >= loads_.size() || loads_[*who].room == 0)
    return nullptr;
  return &(*this)[*who];
}

// There is a free one: a receiver is never given more slices than it has.
event_slice& stage_receivers::free_slice(receiver_core& place, std::size_t parts) {
  auto& slice = *std::find_if(place.slices.begin(), place.slices.end(),
                              [](const event_slice& s) { return s.is_free; });
  slice.parts.clear();
  slice.parts.reserve(parts);
  slice.wall = {};
  return slice;
}

void stage_receivers::give(receiver_core& place, event_slice& slice) noexcept {
  in_flight_ += slice.size;
  slice.is_free = false;
  if (place.given++ == 0)
    ++busy_;
  place.inbox.push(slice);
  if (is_wanted(place))
    loads_[place.index] = load(place);
}

void stage_receivers::take_back(const event_slice& slice) noexcept {
  if (--slice.receiver->given == 0)
    --busy_;
  in_flight_ -= slice.size;
}

} // namespace sweet::inline v0_5::detail
