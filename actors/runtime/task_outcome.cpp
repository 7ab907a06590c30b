// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/recovery_record.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/side_block.hpp>
#include <sweet/actors/runtime/task_actor.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_steps.hpp>
#include <sweet/actors/runtime/thread_state.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/actors/task/fails_with.hpp>
#include <sweet/messages/duration_text.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_result.hpp>

#include <chrono>
#include <cxxabi.h>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>

namespace sweet::detail {

task_error describe(cell& c, task_error error) noexcept {
  cell& task = visible_task(c);
  try {
    return std::move(error).with_task(id_of(task), name_of(task), attempt_of(task));
  } catch (const std::bad_alloc&) {
    return error; // as it was
  }
}

task_error reason_of(cell& c) noexcept {
  if (side_block* side = find_side(c); side != nullptr) {
    std::lock_guard guard{task_actor::of(c).mutex()};
    if (side->reason)
      return side->reason;
  }
  return spare_error(error_code::cancelled);
}

namespace {

void drop_outcome(cell& c) noexcept {
  if (c.has_value()) {
    if (c.ops->destroy_value != nullptr)
      c.ops->destroy_value(c);
    c.has_value(false);
  } else if ((c.state.load(std::memory_order_relaxed) & (state::failed | state::cancelled)) != 0) {
    task_error::adopt(std::exchange(c.result.pointer, nullptr));
  }
}

void set_failed(cell& c, task_error error) noexcept {
  drop_outcome(c);
  c.result.pointer = describe(c, std::move(error)).release();
  c.state.fetch_and(~state::cancelled, std::memory_order_relaxed);
  c.state.fetch_or(state::failed, std::memory_order_relaxed);
}

/// Stores the error of another task as it is.
step keep_error(cell& c, task_error error) noexcept {
  const bool cancelled = error.code() == error_code::cancelled;
  c.result.pointer = error.release();
  return cancelled ? step::cancelled : step::failed;
}

} // namespace

std::uint32_t override_outcome(cell& c) noexcept {
  const auto s = c.state.load(std::memory_order_relaxed);
  side_block* side = find_side(c);
  if ((s & state::resolved) != 0)
    return s;
  if ((s & state::expired) != 0) {
    set_failed(c, error_or_spare(error_code::timeout, [side] {
                 return task_error{error_code::timeout, "not done after " + to_text(side->timeout)};
               }));
  } else if (auto late = side != nullptr && side->limits != nullptr ? overstepped(*side->limits)
                                                                    : task_error{}) {
    set_failed(c, std::move(late));
  } else if ((s & state::scope_failed) != 0) {
    set_failed(c, failure_of_child(c));
  }
  return c.state.load(std::memory_order_relaxed);
}

bool has_failed_child(cell& c) noexcept {
  if ((c.state.load(std::memory_order_relaxed) & state::scope_failed) != 0)
    return true;
  side_block* side = find_side(c);
  std::lock_guard guard{task_actor::of(c).mutex()};
  return side != nullptr && static_cast<bool>(side->failure);
}

task_error failure_of_child(cell& c) noexcept {
  task_error cause;
  if (side_block* side = find_side(c)) {
    std::lock_guard guard{task_actor::of(c).mutex()};
    cause = side->failure;
  }
  return error_or_spare(error_code::failure, [&] {
    return task_error{error_code::failure, "a child failed"}.with_cause(cause);
  });
}

void report_failure(cell& parent, const task_error& error) noexcept {
  side_block* side = side_or_spare(parent);
  if (side == nullptr) {
    // It fails all the same, and does not say why. Release: the task sees the bit when it sees the
    // signal, or that the child has ended.
    parent.state.fetch_or(state::scope_failed, std::memory_order_release);
    return interrupt_by_failure(parent);
  }
  {
    std::lock_guard guard{task_actor::of(parent).mutex()};
    if (!side->failure)
      side->failure = error;
  }
  interrupt_by_failure(parent, *side);
}

step capture_error(cell& c, task_error error) noexcept {
  if (!error)
    error = error_or_spare(error_code::unknown, [] { return some_error({}); });
  if (error.code() == error_code::cancelled) {
    c.result.pointer = error.release();
    return step::cancelled;
  }
  c.result.pointer = describe(c, std::move(error)).release();
  return step::failed;
}

task_error error_of_exception() noexcept {
  const auto describe = [] {
    try {
      throw;
    } catch (const fails_with& e) {
      return e.error();
    } catch (const task_failure& e) {
      return task_error{error_code::failure, "an awaited task failed"}.with_cause(e.error());
    } catch (const std::bad_alloc&) {
      return spare_error(error_code::resource_limit);
    } catch (const std::exception& e) {
      return task_error{error_code::failure, exception_text(e)};
    } catch (const cancelled&) {
      return spare_error(error_code::cancelled);
    } catch (const task_error& e) {
      return some_error(e);
    } catch (...) {
      return task_error{error_code::failure, "threw " + exception_text()};
    }
  };
  return error_or_spare(error_code::resource_limit, describe);
}

step capture_exception(cell& c) noexcept {
  // Cancelling a tree throws in each of its tasks, and to find out what has been thrown by throwing
  // it again would double the price.
  if (const auto* type = abi::__cxa_current_exception_type(); *type == typeid(cancelled)) {
    c.result.pointer = nullptr;
    return step::cancelled;
  }
  try {
    throw;
  } catch (const fails_with& e) {
    return e.error().id() ? keep_error(c, e.error()) : capture_error(c, e.error());
  } catch (...) {
    return capture_error(c, error_of_exception());
  }
}

task_error outcome_error(cell& c) noexcept {
  const auto s = c.state.load(std::memory_order_acquire);
  if ((s & state::no_value) == 0)
    return {};
  if ((s & state::resolved) != 0) {
    std::lock_guard guard{task_actor::of(c).mutex()};
    return find_side(c)->early;
  }
  if (c.result.pointer == nullptr)
    return describe(c, reason_of(c));
  // Several threads may be here: the cell is only read.
  task_error kept = task_error::adopt(c.result.pointer);
  task_error copy = kept;
  static_cast<void>(kept.release());
  return copy;
}

void throw_awaited_twice() {
  throw std::logic_error{
      "two co_await of one expression wait for the same thing, and the first one "
      "has taken it: give each a statement of its own"};
}

void throw_no_task() {
  throw std::logic_error{
      "this handle refers to no task: it was made by default or moved from, or it "
      "is a child_task that has been awaited, which gives its outcome once"};
}

bool claim_value(cell& c) noexcept {
  // Relaxed: the value itself was published with `done`.
  return (c.state.fetch_or(state::taken, std::memory_order_relaxed) & state::taken) == 0;
}

bool claim_value_in_time(cell& c) {
  cell* taker = this_thread().task;
  if (taker == nullptr)
    return claim_value(c);
  // A task that has its outcome already has been given up by its deadline or kill_hard.
  if (is_interrupted(*taker) || taker->has_outcome()) {
    note_thrown(*taker);
    throw cancelled{};
  }
  const bool claimed = claim_value(c);
  if (side_block* side = find_side(*taker); side != nullptr && claimed)
    side->claimed_in_time = (taker->state.load(std::memory_order_relaxed) & state::expired) == 0;
  return claimed;
}

task_status status_of(const cell& c) noexcept {
  const auto s = c.state.load(std::memory_order_acquire);
  if ((s & state::has_outcome) != 0)
    return outcome_status(s);
  // A scope that its own failure or timeout winds up has a level, too, and is still running.
  if ((s & state::asked_to_stop) != 0)
    return task_status::pending_cancellation;
  return c.stage.load(std::memory_order_relaxed) == phase::queued ? task_status::pending
                                                                  : task_status::running;
}

void destroy_task(cell& c) noexcept {
  if (c.stage.load(std::memory_order_relaxed) != phase::ended && c.ops != nullptr &&
      c.ops->destroy_body != nullptr)
    c.ops->destroy_body(c);
  drop_outcome(c);
  if ((c.state.load(std::memory_order_relaxed) & state::has_side) != 0)
    drop_side(c);
}

void log_as(cell& c, log_level level, std::string text) {
  scheduler& home = scheduler_of(c);
  cell& task = visible_task(c);
  home.log().write({level, id_of(task), name_of(task), std::move(text), home.timers().now()});
}

std::string name_of(cell& c) {
  std::lock_guard guard{task_actor::of(c).mutex()};
  side_block* side = find_side(c);
  return side != nullptr ? side->name : std::string{};
}

} // namespace sweet::detail
