// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_outcome.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/time_limits.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/duration_text.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/messages/handled_exception.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/messages/task_status.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <new>
#include <typeinfo>
#include <utility>

namespace sweet::inline v0_5::detail {

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
    std::lock_guard guard{mutex_of(c)};
    if (side->reason)
      return side->reason;
  }
  return spare_error(error_code::cancelled);
}

namespace {

void set_failed(cell& c, task_error error) noexcept {
  drop_outcome(c);
  c.result.error = describe(c, std::move(error)).release();
  c.state.override_with_failure();
}

} // namespace

state_word override_outcome(cell& c) noexcept {
  const auto s = c.state.peek();
  side_block* side = find_side(c);
  if (s.is_resolved())
    return s;
  if (s.is_expired()) {
    set_failed(c, error_or_spare(error_code::timeout, [side] {
                 return task_error{error_code::timeout, "not done after " + to_text(side->timeout)};
               }));
  } else if (auto late = side != nullptr && side->limits != nullptr ? overstepped(*side->limits)
                                                                    : task_error{}) {
    set_failed(c, std::move(late));
  } else if (s.any(state_word::scope_failed)) {
    set_failed(c, failure_of_child(c));
  }
  return c.state.peek();
}

bool has_failed_child(cell& c) noexcept {
  if (c.state.peek().any(state_word::scope_failed))
    return true;
  side_block* side = find_side(c);
  std::lock_guard guard{mutex_of(c)};
  return side != nullptr && static_cast<bool>(side->failure);
}

task_error failure_of_child(cell& c) noexcept {
  task_error cause;
  if (side_block* side = find_side(c)) {
    std::lock_guard guard{mutex_of(c)};
    cause = side->failure;
  }
  return error_or_spare(error_code::failure, [&] {
    return task_error{error_code::failure, "a child failed"}.with_cause(cause);
  });
}

step capture_error(cell& c, task_error error) noexcept {
  if (!error)
    error = error_or_spare(error_code::unknown, [] { return some_error({}); });
  if (error.code() == error_code::cancelled) {
    c.result.error = error.release();
    return step::cancelled;
  }
  c.result.error = describe(c, std::move(error)).release();
  return step::failed;
}

step capture_outcome(cell& c, task_error error) noexcept {
  if (!error.id())
    return capture_error(c, std::move(error));
  const bool cancelled = error.code() == error_code::cancelled;
  c.result.error = error.release();
  return cancelled ? step::cancelled : step::failed;
}

namespace {

task_error error_of(const handled_exception& thrown) noexcept {
  return error_or_spare(error_code::resource_limit, [&] {
    if (auto* failure = thrown.as<fails_with>())
      return failure->error();
    if (auto* failure = thrown.as<task_failure>())
      return task_error{error_code::failure, "an awaited task failed"}.with_cause(failure->error());
    if (thrown.as<std::bad_alloc>() != nullptr)
      return spare_error(error_code::resource_limit);
    if (auto* exception = thrown.as<std::exception>())
      return task_error{error_code::failure, exception_text(*exception)};
    if (thrown.as<cancelled>() != nullptr)
      return spare_error(error_code::cancelled);
    if (auto* error = thrown.as<task_error>())
      return some_error(*error);
    return task_error{error_code::failure, "threw " + exception_text()};
  });
}

} // namespace

task_error error_of_exception() noexcept {
  return error_of(handled_exception{});
}

step capture_exception(cell& c) noexcept {
  const handled_exception thrown;
  if (thrown.is<cancelled>()) {
    c.result.error = nullptr;
    return step::cancelled;
  }
  auto error = error_of(thrown);
  return thrown.is<fails_with>() ? capture_outcome(c, std::move(error))
                                 : capture_error(c, std::move(error));
}

task_error outcome_error(cell& c) noexcept {
  const auto s = c.state.see();
  if (!s.has_no_value())
    return {};
  if (s.is_resolved()) {
    std::lock_guard guard{mutex_of(c)};
    return find_side(c)->early;
  }
  if (c.result.error == nullptr)
    return describe(c, reason_of(c));
  // Several threads may be here: the cell is only read.
  task_error kept = task_error::adopt(c.result.error);
  task_error copy = kept;
  static_cast<void>(kept.release());
  return copy;
}

task_status status_of(const cell& c) noexcept {
  const auto s = c.state.see();
  if (s.has_outcome())
    return outcome_status(s);
  // A scope that its own failure or timeout winds up has a level, too, and is still running.
  if (s.any(state_word::asked_to_stop))
    return task_status::pending_cancellation;
  return c.stage() == phase::queued ? task_status::pending : task_status::running;
}

} // namespace sweet::inline v0_5::detail
