// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/combination.hpp>

#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/task_children.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/messages/cancelled.hpp>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

namespace {

bool is_cancelled(const cell& c) noexcept {
  return outcome_status(c.state.peek()) == task_status::cancelled;
}

} // namespace

void combination::adopt(cell& child) noexcept {
  child.group = slot();
  // An outcome that is there already does not come through the inbox.
  const auto before = child.state.report_to_inbox();
  if (before.is_resolved())
    resolved(child);
  if (before.is_done())
    arrived(child);
}

void combination::begin(cell& self) {
  if (has_entered())
    throw std::logic_error{"what a combinator returns can be awaited once"};
  for (const auto& member : members_)
    if (member.is_started() && member.task().parent.load(std::memory_order_relaxed) != &self)
      throw std::invalid_argument{"a combinator was given a child_task of another task: give it "
                                  "what the child's share() returns"};
  enter(self);
  left_ = members_.size();
  for (const auto& member : members_)
    if (member.is_started())
      adopt(member.task());
  for (auto& member : members_) {
    // A wait that is decided needs no further tasks.
    if (deciding_ != nullptr)
      return;
    if (member.is_started())
      continue;
    set_contained(member.task());
    cell& child = member.release(); // discarded if it cannot be started
    start_grouped(self, child, slot());
    member = combined_member{child};
  }
}

bool combination::start_waiting(cell& self) {
  if (!may_start(self)) {
    self.begin_stop(); // and starts no member
    return true;
  }
  begin(self);
  if (!poll(*this))
    wait();
  else if (stops())
    self.begin_stop();
  else
    return false;
  return true;
}

// The cancellation of the awaiting task may end members before or after it reaches the body; the
// body stops either way.
bool combination::stops() noexcept {
  return was_cancelled() && is_interrupted(parent());
}

join_outcome combination::join() {
  if (this_thread().callback_of != nullptr)
    return join_outcome::must_not_wait;
  cell* self = this_thread().task;
  if (self == nullptr)
    throw std::logic_error{"what a combinator returns is awaited in the body of a task"};
  struct finish_at_end {
    combination& all;
    bool ended = false;
    ~finish_at_end() {
      if (!ended)
        all.finish();
    }
  } at_end{*this};
  begin(*self);
  const auto outcome = join_blocking(*this);
  if (outcome == join_outcome::ended) {
    check_not_interrupted();
    at_end.ended = true;
  }
  return outcome;
}

void combination::check_not_interrupted() {
  if (is_ready() && (is_unwinding(parent()) || !stops())) [[likely]]
    return;
  finish();
  note_heard(parent());
  throw cancelled{};
}

bool combination::was_cancelled() const noexcept {
  return deciding_ != nullptr ? is_cancelled(*deciding_) : saw_cancelled_;
}

void combination::arrived(cell& child) noexcept {
  child.group = 0;
  if (!child.state.peek().is_resolved())
    note_outcome(child);
}

void combination::resolved(cell& child) noexcept {
  note_outcome(child);
}

void combination::note_outcome(cell& child) noexcept {
  --left_;
  const bool failed = child.state.peek().has_no_value();
  saw_cancelled_ = saw_cancelled_ || is_cancelled(child);
  if (deciding_ == nullptr &&
      (rule_ == decision::first_end || (rule_ == decision::first_failure && failed) ||
       (rule_ == decision::first_success && !failed)))
    deciding_ = &child;
}

void combination::let_go(cell& child) noexcept {
  if (child.group == slot())
    child.group = 0; // it still has to arrive, and is reaped then
  else
    consume(child);
}

std::size_t combination::index_of(const cell& member) const noexcept {
  const auto place = std::find_if(members_.begin(), members_.end(), [&](const combined_member& m) {
    return m && &m.task() == &member;
  });
  return static_cast<std::size_t>(place - members_.begin());
}

task_error combination::why_nobody_won() const {
  if (deciding_ != nullptr)
    return outcome_error(*deciding_);
  if (members_.empty())
    return task_error{error_code::invalid_data, "there is no task that could win"};
  auto code = error_code::cancelled;
  std::vector<task_error> causes;
  causes.reserve(members_.size());
  for (const auto& member : members_) {
    causes.push_back(outcome_error(member.task()));
    if (causes.back().code() != error_code::cancelled)
      code = error_code::failure;
  }
  return task_error{code, "none of " + std::to_string(members_.size()) + " tasks succeeded"}
      .with_causes(std::move(causes));
}

void combination::finish() noexcept {
  if (!has_entered())
    return;
  for (auto member = members_.rbegin(); member != members_.rend(); ++member) {
    if (!*member || !member->is_started())
      continue;
    cell& child = member->release();
    if (child.group == slot())
      cancel_task(child, cancellation_level::graceful);
    let_go(child);
  }
}

} // namespace sweet::inline v0_5::detail
