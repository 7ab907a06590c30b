// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/message_arm.hpp>

#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/duration_text.hpp>

#include <cstddef>
#include <mutex>
#include <span>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

message_arm::message_arm(cell& self, asked_types asked)
    : task_(self), side_(side_of(self)), box_(side_.context.get().box), asked_(asked) {
  if (this_thread().task != &self) [[unlikely]]
    throw_context_of_another_task();
  if (box_.has_receiver) [[unlikely]]
    throw std::logic_error{"receive(): the task waits for another message already; await that one "
                           "first, or ask for both at once: receive<A, B>()"};
  box_.has_receiver = true;
}

message_arm::~message_arm() {
  box_.has_receiver = false;
}

bool message_arm::enter() {
  std::lock_guard guard{side_.mail_mutex};
  const auto found = box_.unread.find(asked_);
  if (found == nullptr) {
    box_.taker = this;
    return true;
  }
  if (claim())
    mail_ = box_.unread.take(found);
  return false;
}

bool message_arm::leave() noexcept {
  std::lock_guard guard{side_.mail_mutex};
  if (box_.taker != this)
    return false;
  box_.taker = nullptr;
  return true;
}

bool message_arm::accept(mail_ptr& m) noexcept {
  if (index_of(*m, asked_) == asked_.size() || !claim())
    return false;
  mail_ = std::move(m);
  return true;
}

timed_message_arm::timed_message_arm(cell& self, asked_types asked,
                                     std::chrono::nanoseconds timeout)
    // Most waits are for ever, and need no timer.
    : select_core(std::span{all_}.first(timeout == std::chrono::nanoseconds::max() ? 1 : 2)),
      timeout_(timeout), message_(self, asked), time_(self, timeout) {}

mail_ptr timed_message_arm::take_mail() noexcept {
  leave_others();
  return message_.take_mail();
}

task_error timed_message_arm::timeout_error() const {
  return task_error{error_code::timeout, "no message within " + to_text(timeout_)};
}

} // namespace sweet::inline v0_5::detail
