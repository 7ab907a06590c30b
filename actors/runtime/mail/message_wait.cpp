// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/message_wait.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/messages/duration_text.hpp>

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

message_wait::message_wait(cell& self, const mail_type& type, std::chrono::nanoseconds timeout)
    : delivery_wait(self, wait_reason::message), type_(type), timeout_(timeout) {
  mailbox& box = context_of(self).box;
  {
    std::lock_guard guard{mutex_of(self)};
    if (box.receiver != nullptr)
      throw std::logic_error{"receive(): the task waits for another message already; await that "
                             "one first"};
    const auto found = std::find_if(box.unread.begin(), box.unread.end(),
                                    [&](const auto& m) { return m->holds(type_); });
    if (found != box.unread.end()) {
      // The task does not wait for the token yet.
      static_cast<void>(hand_over(*found));
      box.unread.erase(found);
      return;
    }
    box.receiver = this;
  }
  expire_after(timeout);
}

message_wait::~message_wait() {
  stop();
  if (mail_ == nullptr)
    return;
  std::lock_guard guard{mutex_of(task())};
  find_context(task())->box.unread.push_front(std::move(mail_));
}

void message_wait::leave() noexcept {
  if (auto*& receiver = find_context(task())->box.receiver; receiver == this)
    receiver = nullptr;
}

message_wait::handover message_wait::hand_over(std::unique_ptr<mail>& m) noexcept {
  // First, since the task may take it as soon as the wait is complete.
  mail_ = std::move(m);
  const auto how = complete();
  if (how == handover::refused)
    m = std::move(mail_);
  return how;
}

task_result<std::unique_ptr<mail>> message_wait::take() {
  if (has_expired())
    return task_error{error_code::timeout, "no message within " + to_text(timeout_)};
  return std::move(mail_);
}

} // namespace sweet::inline v0_5::detail
