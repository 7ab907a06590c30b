// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/router_run.hpp>

#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/error_link.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/strategies/later.hpp>

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

namespace sweet::detail {

namespace {

/// Receivers that end though nobody wants that are replaced so often.
constexpr std::uint32_t max_replacements = 10;
constexpr std::chrono::seconds replacement_period{5};

using alarm_state = stage_core::router_alarm::state;

} // namespace

router_run::router_run(stage_core& stage)
    : stage_(stage), replacements_(max_replacements, replacement_period) {
  const auto& rules = stage.rules;
  policy_ = rules.policy ? rules.policy() : std::make_unique<least_loaded_first>();
  if (rules.rate)
    bucket_.emplace(*rules.rate);
  stage.alarm.in = &stage.in;
  stage.alarm.fire = [](timer_entry& e) noexcept {
    auto& due = static_cast<stage_core::router_alarm&>(e);
    due.in->push(due);
  };
}

router_run::~router_run() {
  spent_.give_back();
  stage_.stream.home().timers().cancel(stage_.alarm);
  for (const auto& place : stage_.receivers)
    if (place->task != nullptr)
      place->task->group = 0;
}

clock::time_point router_run::now() const noexcept {
  return stage_.stream.time().now();
}

void router_run::begin(cell& self) noexcept {
  self_ = &self;
  try {
    enter(self);
    start_receivers();
  } catch (...) {
    stop(error_of_exception());
  }
}

void router_run::start_receivers() {
  const auto& rules = stage_.rules;
  const auto workers = static_cast<std::uint32_t>(stage_.stream.home().workers());
  if (!rules.adaptive)
    return resize(rules.receivers != 0 ? rules.receivers : workers);
  auto options = *rules.adaptive;
  options.cores = workers;
  if (rules.cpu_bound)
    options = options.cpu_bound();
  controller_.emplace(options, now());
  window_ends_ = later(now(), options.window);
  resize(controller_->limit());
}

bool router_run::is_over() const noexcept {
  if (alive_ != 0 || ended_)
    return false;
  return level_ >= cancellation_level::kill || has_nothing_left();
}

void router_run::step() noexcept {
  try {
    look();
  } catch (...) {
    stop(error_of_exception());
    look();
  }
}

void router_run::stop(task_error error) noexcept {
  stopped_ = true;
  stage_.stream.fail(std::move(error));
}

void router_run::look() {
  take_level();
  if (taken_ == nullptr)
    taken_ = stage_.in.take_all();
  while (taken_ != nullptr)
    take(*std::exchange(taken_, taken_->next));
  adapt();
  if (is_stopped())
    drop_waiting(&event_counts::cancelled);
  else
    dispatch();
  forward_outputs();
  if (has_nothing_left())
    for (const auto& place : stage_.receivers)
      close_receiver(*place);
  // Else there is more to come for who waits.
  if (in_flight_ == 0 || !spent_.are_awaited())
    spent_.give_back();
  stage_.live.publish(stage_.counts);
}

void router_run::finish() noexcept {
  stage_.counts.cancelled += std::exchange(in_flight_, 0);
  stage_.live.publish(stage_.counts);
}

// -- what has happened ----------------------------------------------------------------------------

void router_run::take(event_link& link) {
  using kind = event_link::kind;
  switch (link.what) {
    case kind::chunk: return take_chunk(static_cast<event_chunk_base&>(link));
    case kind::slice: return take_slice(static_cast<event_slice&>(link));
    case kind::command: return take_command(static_cast<stage_command&>(link));
    case kind::closed: inputs_closed_ = true; return;
    case kind::alarm: stage_.alarm.now = alarm_state::idle; return;
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
  ++stage_.counts.emitted;
  ++stage_.counts.failed;
  fail_event(next_sequence_++, std::move(error));
}

void router_run::take_chunk(event_chunk_base& chunk) noexcept {
  chunk.first_sequence = next_sequence_;
  next_sequence_ += chunk.size;
  stage_.counts.emitted += chunk.size;
  chunk.open = first_events(chunk.size);
  if (++chunk.owner->at_consumer == chunk.owner->credit())
    ++used_up_;
  if (is_stopped()) {
    stage_.counts.cancelled += chunk.size;
    return settle(chunk, chunk.open);
  }
  if (!add_to_last(chunk))
    add_waiting(chunk, chunk.open);
  if (stage_.drops_oldest)
    drop_oldest();
}

void router_run::take_slice(event_slice& slice) noexcept {
  receiver_core& place = *slice.receiver;
  const auto in_use = busy_;
  if (--place.given == 0)
    --busy_;
  in_flight_ -= slice.size;
  std::uint32_t handled = 0;
  std::uint32_t failed = 0;
  for (auto& p : slice.parts) {
    const auto undone = p.given & ~(p.processed | p.failed);
    stage_.counts.processed += count(p.processed);
    stage_.counts.failed += count(p.failed);
    handled += count(p.processed | p.failed);
    failed += count(p.failed);
    if (undone != 0 && is_stopped()) {
      stage_.counts.cancelled += count(undone);
    } else if (undone != 0) {
      fail_spent(*p.chunk, p.spent);
      const auto whole = undone & ~p.spent;
      put_back(slice, *p.chunk, whole);
      p.given ^= whole;
    }
    settle(*p.chunk, p.given);
  }
  if (handled != 0) {
    grain_.measured(handled, slice.wall);
    if (controller_)
      controller_->record(
          {.completed = handled,
           .failed = failed,
           .wall = slice.wall,
           .cpu = std::max(slice.cpu, std::chrono::nanoseconds{0}),
           .cpu_wall = slice.cpu.count() < 0 ? std::chrono::nanoseconds{0} : slice.wall,
           .in_use = in_use});
  }
  if (stage_.rules.ordered) {
    auto& entry = place_in_order(slice.number);
    auto** end = &entry.outputs;
    while (*end != nullptr)
      end = &(*end)->next;
    *end = std::exchange(slice.outputs, nullptr);
    entry.is_back = unfinished_.empty() || unfinished_.back().slice != slice.number;
  }
  slice.is_free = true;
  stage_.error_count += std::exchange(slice.lost_errors, 0u);
  for (auto& error : std::exchange(slice.errors, {}))
    keep(std::move(error));
  if (auto end = std::exchange(slice.end, std::nullopt))
    fail_stream(std::move(*end));
}

void router_run::fail_spent(event_chunk_base& chunk, event_mask events) noexcept {
  stage_.counts.failed += count(events);
  for (; events != 0; events &= events - 1)
    fail_event(chunk.first_sequence + static_cast<std::uint64_t>(std::countr_zero(events)),
               error_or_spare(error_code::failure, [] {
                 return task_error{error_code::failure,
                                   "the receiver was stopped while its handler had taken "
                                   "the event over"};
               }));
}

void router_run::adapt() {
  if (!controller_ || is_stopped())
    return;
  const auto at = now();
  if (at >= window_ends_) {
    window_ends_ = later(at, stage_.rules.adaptive->window);
    if (const auto decided = controller_->close_window(at)) {
      if (decided->limit != receivers_)
        resize(decided->limit);
      if (stage_.rules.observer)
        stage_.rules.observer(*decided);
    }
  }
  if (waiting_ != 0 || in_flight_ != 0)
    wait_until(window_ends_);
}

void router_run::fail_event(std::uint64_t sequence, task_error error) noexcept {
  if (stage_.stream.is_ended_by(error))
    fail_stream({sequence, std::move(error)});
  else
    keep({sequence, std::move(error)});
}

void router_run::fail_stream(event_error error) noexcept {
  stop(error.error);
  keep(std::move(error));
}

void router_run::keep(event_error error) noexcept {
  ++stage_.error_count;
  keep_error(stage_.errors, std::move(error));
}

void router_run::take_command(stage_command& command) {
  using verb = stage_command::verb;
  // These two belong to the stage.
  if (command.wanted == verb::stop) {
    stopped_ = true;
    return;
  }
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
      if (!is_stopped())
        resize(command.number);
      break;
  }
}

void router_run::take_level() noexcept {
  level_ = std::max(level_, self_->level());
  // What has been accepted is handled.
  finishes_ |= level_ != cancellation_level::none;
}

void router_run::arrived(cell& child) noexcept {
  resolved(child);
  consume(child);
}

void router_run::resolved(cell& child) noexcept {
  child.group = 0; // reaped when it ends
  for (const auto& place : stage_.receivers) {
    if (place->task != &child)
      continue;
    place->task = nullptr;
    --alive_;
    // Nobody waits for what a body still does that is left behind.
    place->abandoned = !child.is_done();
  }
  if (!std::exchange(ended_, true))
    stage_.in.push(stage_.receiver_ended);
}

void router_run::take_ended() {
  ended_ = false;
  for (const auto& place : stage_.receivers)
    if (place->task == nullptr && !place->abandoned)
      replace_if_needed(*place);
}

// -- receivers ------------------------------------------------------------------------------------

void router_run::replace_if_needed(receiver_core& place) {
  // What it was given and has not looked at.
  for (auto* link = place.inbox.take_all(); link != nullptr;) {
    auto* const next = link->next;
    if (link->what == event_link::kind::slice)
      take_slice(static_cast<event_slice&>(*link));
    link = next;
  }
  if (is_stopped() || has_nothing_left() || (place.index >= receivers_ && !has_unfinished(place)))
    return;
  // One that was told to end when there were to be fewer is wanted again.
  if (place.closing || replacements_.admit(now()))
    return start_receiver(place);
  stage_.stream.fail(task_error{error_code::resource_limit,
                                "more than " + std::to_string(max_replacements) +
                                    " receivers in 5 s have ended though nobody wanted that"});
  drop_waiting(&event_counts::dead_lettered);
}

void router_run::start_receiver(receiver_core& place) {
  unstarted_task made{place.make_task()};
  set_name(*made, "receiver " + std::to_string(place.index));
  set_contained(*made);
  // What a function starts before it returns the coroutine that handles the event is a child of the
  // receiver: events that have nothing to do with it do not fail with it.
  set_collects(*made);
  // What has been accepted is handled though the stream is cancelled.
  set_shield(*made, cancellation_level::graceful);
  cell& task = made.release();
  try {
    start_grouped(*self_, task, slot());
  } catch (const cancelled&) {
    // Killed since the level was looked at: the task is gone, and none is needed any more.
    return;
  }
  place.task = &task;
  place.closing = false;
  ++alive_;
}

void router_run::close_receiver(receiver_core& place) noexcept {
  if (place.task == nullptr || std::exchange(place.closing, true))
    return;
  place.inbox.push(place.close);
}

void router_run::resize(std::uint32_t n) {
  n = std::max<std::uint32_t>(n, 1);
  receivers_ = n;
  loads_.resize(n);
  auto& places = stage_.receivers;
  while (places.size() < n) {
    places.push_back(stage_.make_receiver());
    places.back()->index = places.size() - 1;
  }
  if (level_ >= cancellation_level::kill)
    return;
  for (const auto& place : places) {
    if (place->index >= n)
      close_receiver(*place);
    else if (place->task == nullptr)
      start_receiver(*place);
    // One that is on its way out is started again once it is gone.
  }
  if (!stage_.is_partitioned()) {
    set_lanes(1);
  } else if (lanes_.size() != n) {
    repartitions_ = true;
    if (in_flight_ == 0)
      repartition();
  }
}

} // namespace sweet::detail
