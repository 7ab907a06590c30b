// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_meter.hpp>

#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/system/thread_cpu_time.hpp>

#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/recovery_record.hpp>
#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>

#include <ctime>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include <unistd.h>

namespace sweet::inline v0_5::detail {

task_meter& task_meter::install(cell& c, orders what) {
  auto& slot = context_of(c).meter;
  slot = std::make_shared<task_meter>(c, what);
  if (recovery_of(c) == nullptr)
    slot->watch(c);
  return *slot;
}

task_meter::orders task_meter::inherited(cell& parent) noexcept {
  if (!parent.state.peek().any(state_word::metered))
    return {};
  return find(visible_task(parent))->orders_;
}

void task_meter::inherit(cell& parent, cell& child) {
  const auto what = inherited(parent);
  if (what.any() && find(child) == nullptr)
    install(child, what).spawned(parent);
}

void task_meter::watch(cell& c) noexcept {
  if (!orders_.any())
    return;
  body_ = c.ops;
  ops_ = *c.ops;
  ops_.run = &run;
  if (ops_.destroy_body != nullptr)
    ops_.destroy_body = &destroy_body;
  begins_ = true;
  c.ops = &ops_;
  c.state.describe(state_word::metered);
}

task_meter* task_meter::find(cell& c) noexcept {
  const auto* block = find_context(c);
  return block != nullptr ? block->meter.get() : nullptr;
}

task_meter::task_meter(cell& c, orders what) noexcept
    : task_(c), orders_(what), traces_(what.traces && home_of(c).trace()) {}

task_meter::clock::time_point task_meter::stamp(std::atomic<clock::rep>& at) noexcept {
  const auto now = home_of(task_).timers().now();
  at.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  return now;
}

void task_meter::trace(trace_kind kind, task_status status, cell& parent,
                       clock::time_point time) noexcept {
  const auto write = [&](std::string name) {
    home_of(task_).trace().write({kind, id_of(task_), id_of(visible_task(parent)), std::move(name),
                                  status, time, static_cast<std::uint64_t>(::gettid())});
  };
  try {
    write(name_of(task_));
  } catch (const std::bad_alloc&) {
    write({}); // no memory for the name
  }
}

void task_meter::spawned(cell& parent) noexcept {
  const auto now = stamp(created_);
  if (traces_)
    trace(trace_kind::spawned, task_status::pending, parent, now);
}

void task_meter::ended(task_status status) noexcept {
  const auto now = stamp(ended_);
  if (traces_)
    trace(trace_kind::ended, status, *task_.parent.load(std::memory_order_relaxed), now);
}

step task_meter::run(cell& c) noexcept {
  task_meter& self = *find(visible_task(c));
  return self.turn(c, [&] { return self.body_->run(c); });
}

void task_meter::destroy_body(cell& c) noexcept {
  task_meter& self = *find(visible_task(c));
  // Destructors of a frame that a stop destroys may do anything: they are a turn.
  if (c.stage() == phase::stopping)
    self.turn(c, [&] {
      self.body_->destroy_body(c);
      return step::cancelled;
    });
  else
    self.body_->destroy_body(c);
}

template <class F>
step task_meter::turn(cell& c, F body) noexcept {
  cell& parent = *task_.parent.load(std::memory_order_relaxed);
  const bool first = std::exchange(begins_, false);
  if (turns_.load(std::memory_order_relaxed) == 0)
    stamp(started_);
  add(turns_, std::uint64_t{1});
  const auto now = [this] { return home_of(task_).timers().now(); };
  if (traces_)
    trace(first ? trace_kind::started : trace_kind::resumed, task_status::running, parent, now());
  const auto cpu = orders_.counts ? thread_cpu_time().count() : 0;
  // A body may look for itself among the operations of its task, and leave others there at its end.
  c.ops = body_;
  const auto how = body();
  if (how == step::suspended)
    c.ops = &ops_;
  if (orders_.counts)
    add(cpu_, thread_cpu_time().count() - cpu);
  if (how == step::suspended) {
    add(suspensions_, std::uint64_t{1});
    if (orders_.any())
      stamp(suspended_);
  }
  if (traces_)
    trace(how == step::suspended ? trace_kind::suspended : trace_kind::returned,
          task_status::running, parent, now());
  return how;
}

std::optional<task_meter::clock::time_point> task_meter::waits_since() const noexcept {
  if (!orders_.any())
    return std::nullopt;
  return clock::time_point{clock::duration{suspended_.load(std::memory_order_relaxed)}};
}

task_timestamps task_meter::timestamps() const noexcept {
  if (!orders_.any())
    return {};
  const auto read = [](const std::atomic<clock::rep>& at) -> std::optional<clock::time_point> {
    const auto ticks = at.load(std::memory_order_relaxed);
    if (ticks == never)
      return std::nullopt;
    return clock::time_point{clock::duration{ticks}};
  };
  return {read(created_), read(started_), read(ended_)};
}

std::optional<task_metrics> task_meter::metrics() const noexcept {
  if (!orders_.counts)
    return std::nullopt;
  task_metrics result;
  result.times = timestamps();
  const auto& [created, started, ended] = result.times;
  const auto until = ended ? *ended : runtime_hold{task_}.now();
  if (started)
    result.wall = until - *started;
  if (created)
    result.queue_wait = started.value_or(until) - *created;
  result.cpu = std::chrono::nanoseconds{cpu_.load(std::memory_order_relaxed)};
  result.turns = turns_.load(std::memory_order_relaxed);
  result.suspensions = suspensions_.load(std::memory_order_relaxed);
  result.children = children_.load(std::memory_order_relaxed);
  const auto* recovery = recovery_of(task_);
  result.attempts = recovery != nullptr ? recovery->attempt.load(std::memory_order_relaxed)
                                        : std::uint32_t{started.has_value()};
  return result;
}

} // namespace sweet::inline v0_5::detail
