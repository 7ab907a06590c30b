// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/router_run.hpp>

#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/error_link.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace sweet::inline v0_5::detail {

router_run::router_run(stage_core& stage)
    : stage_(stage), account_(stage), waiting_(stage, account_), order_(stage.rules.ordered),
      pace_(stage), receivers_(stage, pace_) {}

void router_run::begin(cell& self) noexcept {
  self_ = &self;
  try {
    receivers_.enter(self);
    resize(pace_.begin());
  } catch (...) {
    account_.stop(error_of_exception());
  }
}

bool router_run::is_over() const noexcept {
  if (receivers_.are_there())
    return false;
  return level_ >= cancellation_level::kill || has_nothing_left();
}

void router_run::step() noexcept {
  try {
    look();
  } catch (...) {
    account_.stop(error_of_exception());
    look();
  }
}

void router_run::look() {
  take_level();
  if (taken_ == nullptr)
    taken_ = stage_.in.take_all();
  while (taken_ != nullptr)
    take(*std::exchange(taken_, taken_->next));
  adapt();
  if (account_.is_stopped())
    end_waiting(&event_counts::cancelled);
  else
    dispatch();
  order_.forward(*stage_.next);
  if (has_nothing_left())
    receivers_.close_all();
  // Otherwise keep the chunks: senders that wait for credit will get more.
  if (receivers_.in_flight() == 0 || !account_.are_chunks_awaited())
    account_.give_chunks_back();
  account_.publish();
}

void router_run::finish() noexcept {
  account_.add(&event_counts::cancelled, receivers_.in_flight());
  account_.publish();
}

// -- what has happened ----------------------------------------------------------------------------

void router_run::take_level() noexcept {
  level_ = std::max(level_, self_->level());
  // Accepted events are still handled.
  finishes_ |= level_ != cancellation_level::none;
  if (level_ >= cancellation_level::kill)
    account_.stop();
}

void router_run::take(event_link& link) {
  using kind = event_link::kind;
  switch (link.what) {
    case kind::chunk: return take_chunk(static_cast<event_chunk_base&>(link));
    case kind::slice: return take_slice(static_cast<event_slice&>(link));
    case kind::command: return take_command(static_cast<stage_command&>(link));
    case kind::closed: inputs_closed_ = true; return;
    case kind::alarm: return stage_.alarm.has_rung();
    case kind::ended: return take_ended();
    case kind::receipt: {
      auto& receipt = static_cast<receipt_link&>(link);
      return receipt.owner.returned().push(receipt);
    }
    case kind::error: break;
  }
  auto& failed = static_cast<error_link&>(link);
  auto error = std::move(failed.error);
  give_back(failed);
  account_.open_failed(std::move(error));
}

void router_run::take_chunk(event_chunk_base& chunk) noexcept {
  account_.open(chunk);
  if (account_.is_stopped())
    return account_.end(chunk, chunk.open, &event_counts::cancelled);
  waiting_.add(chunk);
  if (stage_.drops_oldest) {
    const std::uint64_t capacity = stage_.stream.options().capacity;
    waiting_.drop_oldest(capacity - std::min(capacity, order_.unfinished_events()));
  }
}

void router_run::take_slice(event_slice& slice) noexcept {
  stage_pace::handled handled{.in_use = receivers_.busy(), .wall = slice.wall, .cpu = slice.cpu};
  receivers_.take_back(slice);
  for (auto& p : slice.parts) {
    const auto undone = p.given & ~(p.processed | p.failed);
    account_.add(&event_counts::processed, count(p.processed));
    account_.add(&event_counts::failed, count(p.failed));
    handled.events += count(p.processed | p.failed);
    handled.failed += count(p.failed);
    if (undone != 0 && account_.is_stopped()) {
      account_.add(&event_counts::cancelled, count(undone));
    } else if (undone != 0) {
      if (p.spent != 0)
        account_.fail(*p.chunk, p.spent, error_or_spare(error_code::failure, [] {
          return task_error{error_code::failure,
                            "the receiver was stopped while its handler had taken "
                            "the event over"};
        }));
      const auto whole = undone & ~p.spent;
      put_back(slice, *p.chunk, whole);
      p.given ^= whole;
    }
    account_.settle(*p.chunk, p.given);
  }
  if (handled.events != 0)
    pace_.measured(handled);
  order_.take_outputs(slice);
  slice.is_free = true;
  account_.take_errors(slice);
}

void router_run::put_back(event_slice& slice, event_chunk_base& chunk, event_mask events) noexcept {
  if (events == 0)
    return;
  if (!order_.is_kept())
    return waiting_.put_back(chunk, events);
  try {
    order_.keep_unfinished(slice, chunk, events);
  } catch (...) {
    account_.lose(chunk, events);
  }
}

void router_run::take_command(stage_command& command) {
  using verb = stage_command::verb;
  // The stage owns the links of these two commands.
  if (command.wanted == verb::stop)
    return account_.stop();
  if (command.wanted == verb::finish) {
    finishes_ = true;
    return;
  }
  const std::unique_ptr<stage_command> owned{&command};
  switch (command.wanted) {
    case verb::stop:
    case verb::finish: break;
    case verb::pause: paused_ = true; break;
    case verb::resume: paused_ = false; break;
    case verb::resize:
      if (!account_.is_stopped())
        resize(command.number);
      break;
  }
}

void router_run::take_ended() {
  for (const auto& place : receivers_.receivers_ended())
    if (stage_receivers::is_vacant(*place))
      replace_if_needed(*place);
}

void router_run::replace_if_needed(receiver_core& place) {
  // The slices that the receiver was given and has not looked at.
  for (auto* link = place.inbox.take_all(); link != nullptr;) {
    auto* const next = link->next;
    if (link->what == event_link::kind::slice)
      take_slice(static_cast<event_slice&>(*link));
    link = next;
  }
  if (account_.is_stopped() || has_nothing_left() ||
      (!receivers_.is_wanted(place) && !order_.has_unfinished(place)))
    return;
  if (auto error = receivers_.replace(place)) {
    stage_.stream.fail(std::move(error));
    end_waiting(&event_counts::dead_lettered);
  }
}

// -- how many receivers ---------------------------------------------------------------------------

void router_run::adapt() {
  if (account_.is_stopped())
    return;
  if (const auto decided = pace_.close_window()) {
    if (decided->limit != receivers_.wanted())
      resize(decided->limit);
    if (stage_.rules.observer)
      stage_.rules.observer(*decided);
  }
  if (has_waiting() || receivers_.in_flight() != 0)
    pace_.wait_for_window();
}

void router_run::resize(std::uint32_t n) {
  n = std::max<std::uint32_t>(n, 1);
  receivers_.resize(n);
  waiting_.want_lanes(stage_.is_partitioned() ? n : 1);
  if (waiting_.needs_repartition() && receivers_.in_flight() == 0)
    waiting_.repartition();
}

// -- giving events to receivers -------------------------------------------------------------------

void router_run::dispatch() {
  if ((paused_ && !finishes_) || !has_waiting())
    return;
  if (waiting_.needs_repartition()) {
    if (receivers_.in_flight() != 0)
      return;
    waiting_.repartition();
  }
  while (dispatch_unfinished())
    continue;
  if (stage_.is_partitioned()) {
    while (dispatch_partitioned())
      continue;
  } else {
    receivers_.look_at_loads();
    while (dispatch_shared())
      continue;
  }
}

// Gives out unfinished events. They need no token of the rate limit: they have had theirs.
bool router_run::dispatch_unfinished() {
  const auto* next = order_.first_unfinished(
      [&](const receiver_core& place) { return receivers_.room(place) != 0; });
  if (next == nullptr)
    return false;
  receiver_core& place = *next->place;
  auto& slice = receivers_.free_slice(place, 1);
  // From here on nothing throws.
  const auto rest = order_.take(*next);
  slice.parts.push_back({rest.chunk, rest.events});
  slice.size = count(rest.events);
  slice.number = rest.slice;
  receivers_.give(place, slice);
  // Fewer receivers are wanted: this one was started only for its unfinished events.
  if (!receivers_.is_wanted(place) && !order_.has_unfinished(place))
    receivers_.close(place);
  return true;
}

bool router_run::dispatch_shared() {
  if (waiting_.is_empty(0) || order_.is_far_ahead())
    return false;
  if (stage_.rules.batch_size != 0 && !is_batch_due())
    return false;
  auto* const place = receivers_.route();
  return place != nullptr && give(*place, 0);
}

bool router_run::dispatch_partitioned() {
  bool any = false;
  for (std::uint32_t i = 0; i < receivers_.wanted(); ++i)
    if (!waiting_.is_empty(i) && receivers_.room(receivers_[i]) != 0)
      any |= give(receivers_[i], i);
  return any;
}

bool router_run::is_batch_due() noexcept {
  if (waiting_.size() >= stage_.rules.batch_size || inputs_closed_)
    return true;
  // The sender waits for room, and only this batch can make some.
  if (account_.has_used_up_outlet() && receivers_.in_flight() == 0)
    return true;
  const auto due = later(waiting_.since(0), stage_.rules.batch_delay);
  if (stage_.stream.time().now() >= due)
    return true;
  pace_.wait_until(due);
  return false;
}

bool router_run::give(receiver_core& place, std::size_t lane) {
  const auto batch = stage_.rules.batch_size;
  const auto most =
      batch != 0 ? static_cast<std::uint32_t>(std::min<std::uint64_t>(batch, waiting_.size()))
                 : std::min(pace_.grain(), waiting_.at_front(lane));
  const auto allowed = pace_.allowance(most);
  if (allowed == 0)
    return false;
  auto& slice = receivers_.free_slice(place, std::min<std::size_t>(allowed, waiting_.chunks(lane)));
  slice.number = order_.begin_slice();
  // From here on nothing throws, with events that wait no more.
  slice.size = allowed;
  waiting_.take(lane, allowed, slice);
  receivers_.give(place, slice);
  return true;
}

void router_run::end_waiting(event_account::ending how) noexcept {
  waiting_.end_all(how);
  order_.end_unfinished(account_, how);
}

} // namespace sweet::inline v0_5::detail
