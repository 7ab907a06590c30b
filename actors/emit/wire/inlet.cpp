// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/inlet.hpp>

#include <sweet/actors/runtime/cell/blocking_wait.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

void inlet::push(event_link& newest, event_link& oldest) noexcept {
  auto before = head_.load(std::memory_order_relaxed);
  do {
    oldest.next = before <= sleeping ? nullptr : reinterpret_cast<event_link*>(before);
  } while (!head_.compare_exchange_weak(before, reinterpret_cast<std::uintptr_t>(&newest),
                                        std::memory_order_acq_rel, std::memory_order_relaxed));
  if (before == sleeping)
    wake(*sleeper_);
}

event_link* inlet::take_all() noexcept {
  if (is_empty())
    return nullptr;
  auto* newest = reinterpret_cast<event_link*>(head_.exchange(nothing, std::memory_order_acquire));
  event_link* oldest = nullptr;
  while (newest != nullptr)
    oldest = std::exchange(newest, std::exchange(newest->next, oldest));
  return oldest;
}

bool inlet::announce(cell& consumer) noexcept {
  sleeper_ = &consumer;
  auto expected = nothing;
  return head_.compare_exchange_strong(expected, sleeping, std::memory_order_release,
                                       std::memory_order_relaxed);
}

bool inlet::retract() noexcept {
  auto expected = sleeping;
  // Relaxed: take_all() takes the links that are pushed meanwhile.
  return head_.compare_exchange_strong(expected, nothing, std::memory_order_relaxed,
                                       std::memory_order_relaxed);
}

bool inlet::awaiter_base::start_waiting(cell& c) noexcept {
  static constexpr wait_ops operations{
      .retract = [](wait_source& s,
                    cell&) noexcept { return static_cast<source&>(s).in->retract(); },
      .describe =
          [](const wait_source& s, wait_view& view) noexcept {
            view.on = static_cast<const source&>(s).in->reason_;
          }};
  source_.ops = &operations;
  c.begin_wait(source_);
  if (source_.in->announce(c))
    return true;
  c.end_wait();
  return false;
}

void inlet::block(cell& consumer) {
  struct wait final : blocking_wait {
    wait(inlet& i, cell& c) noexcept : in(i), self(c) {}
    bool is_ready() const noexcept override { return !in.is_empty(); }
    bool announce() noexcept override { return in.announce(self); }
    bool retract() noexcept override { return in.retract(); }
    void describe(wait_view& view) const noexcept override { view.on = in.reason_; }
    inlet& in;
    cell& self;
  } until_something_comes{*this, consumer};
  const auto outcome = join_blocking(consumer, until_something_comes);
  if (outcome != join_outcome::ended)
    throw task_failure{error_of(outcome)};
}

} // namespace sweet::inline v0_5::detail
