// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/stream_core.hpp>

#include <sweet/actors/emit/receiver_verdict.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/strategies/processing/strategy.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

stream_core::stream_core(task_home& home, stream_options options)
    : home_(home), time_(home.timers().time()), options_(std::move(options)) {}

stream_core::~stream_core() {
  for (cell* sender : senders_)
    release_reference(*sender);
}

void stream_core::discard_rest() noexcept {
  for (const auto& stage : stages_)
    stage->discard_rest();
}

std::uint32_t stream_core::chunks(std::uint32_t events_per_chunk,
                                  std::uint32_t receivers) const noexcept {
  return std::max<std::uint32_t>(2, options_.capacity / events_per_chunk) + 2 * receivers;
}

void stream_core::add(std::unique_ptr<stage_core> stage) {
  if (!stages_.empty())
    stages_.back()->next = &stage->in;
  stage->next = &collected_;
  stage->drops_oldest = stages_.empty() && options_.overflow == event_overflow::drop_oldest;
  further_counts_.reserve(stages_.size());
  stages_.push_back(std::move(stage));
}

void stream_core::fail(task_error error) noexcept {
  {
    const std::lock_guard lock{mutex_};
    if (!error_)
      error_ = std::move(error);
  }
  stop_handling();
  drain();
  for (const auto& stage : stages_)
    stage->stop();
}

bool stream_core::is_ended_by(task_error& error) const noexcept {
  try {
    return options_.on_error.decide(error, ~std::uint32_t{0}, 0).what ==
           error_strategy::action::stop;
  } catch (...) {
    error = error_behind(error);
    return true;
  }
}

void stream_core::fail_event(std::uint64_t sequence, task_error error) noexcept {
  const bool ends = is_ended_by(error);
  {
    const std::lock_guard lock{mutex_};
    ++failed_event_count_;
    keep_error(failed_events_, {sequence, error});
  }
  if (ends)
    fail(std::move(error));
}

task_error stream_core::error() const {
  const std::lock_guard lock{mutex_};
  return error_;
}

void stream_core::drain() noexcept {
  for (const auto& stage : stages_)
    stage->finish();
  const std::lock_guard lock{mutex_};
  senders_are_to_stop_ = true;
  for (cell* sender : senders_)
    request_cancel(*sender, cancellation_level::graceful);
}

bool stream_core::leave() noexcept {
  if ((ends_.fetch_or(puller_left, std::memory_order_acq_rel) & stream_ended) == 0)
    return false;
  drop_collected();
  return true;
}

void stream_core::close() noexcept {
  if (!options_.is_pulled)
    return;
  const auto before = ends_.fetch_or(stream_ended, std::memory_order_acq_rel);
  if ((before & stream_ended) != 0)
    return;
  if ((before & puller_left) != 0)
    return drop_collected();
  collected_.push(all_collected_);
}

void stream_core::drop_collected() noexcept {
  for (auto* link = collected_.take_all(); link != nullptr;)
    if (event_link& taken = *std::exchange(link, link->next); taken.what == event_link::kind::chunk)
      give_back(static_cast<event_chunk_base&>(taken));
}

void stream_core::command(std::size_t stage, stage_command::verb what, std::uint32_t number) {
  auto& to = *stages_.at(stage);
  if (what == stage_command::verb::resize && to.rules.serial)
    throw std::invalid_argument{"resize(): a serial stage has one receiver"};
  if (what == stage_command::verb::resize && number != 0)
    strategy::checked_receivers("resize()", number);
  to.command(what, number);
}

void stream_core::start_sender(cell& self, std::size_t index) {
  unstarted_task made{make_sender(index)};
  set_name(*made, senders() == 1 ? "sender" : "sender " + std::to_string(index));
  set_contained(*made);
  {
    // drain() may look at the senders by now.
    const std::lock_guard lock{mutex_};
    senders_.reserve(senders());
  }
  cell& task = made.release();
  start_child(self, task);
  share(task);
  const std::lock_guard lock{mutex_};
  senders_.push_back(&task);
  if (senders_are_to_stop_)
    request_cancel(task, cancellation_level::graceful);
}

} // namespace sweet::inline v0_5::detail
