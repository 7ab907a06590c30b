// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/cancellation.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>

namespace sweet::inline v0_5 {

namespace {

cancellation_outcome outcome_of(detail::cell& c) {
  if (!c.has_outcome())
    return cancellation_outcome::running;
  const auto error = detail::outcome_error(c);
  if (!error)
    return cancellation_outcome::success;
  switch (error.code()) {
    case error_code::cancelled: return cancellation_outcome::cancelled;
    case error_code::timeout: return cancellation_outcome::timeout;
    default: return cancellation_outcome::failure;
  }
}

} // namespace

cancellation cancellation::request(detail::cell& c, cancellation_level level,
                                   const std::string& reason) {
  detail::share(c);
  const detail::runtime_hold held{c};
  cancellation result{c, held.now()};
  if (held)
    detail::cancel_task(c, level, reason);
  return result;
}

cancellation_answer cancellation::now() const {
  const auto* side = detail::find_side(*cell_);
  return {outcome_of(*cell_), cell_->level(), detail::runtime_hold{*cell_}.now() - asked_,
          side != nullptr ? side->abandoned.load(std::memory_order_relaxed) : 0};
}

cancellation_answer cancellation::await(std::chrono::nanoseconds timeout) const {
  detail::join_any(*cell_, timeout);
  return now();
}

} // namespace sweet::inline v0_5
