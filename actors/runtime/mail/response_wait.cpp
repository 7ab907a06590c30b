// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/response_wait.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/system/send_to.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/duration_text.hpp>

#include <caf/error.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/make_message.hpp>
#include <caf/sec.hpp>

#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

response_wait::response_wait(cell& self, const caf::strong_actor_ptr& receiver,
                             std::chrono::nanoseconds timeout, caf::message request)
    : delivery_wait(self, wait_reason::answer), timeout_(timeout) {
  context_block& block = context_of(self);
  {
    std::lock_guard guard{mutex_of(self)};
    number_ = ++block.last_request;
    if (receiver == nullptr) {
      answer_ = caf::make_message(
          caf::make_error(caf::sec::request_receiver_down, "the handle refers to no actor"));
      // The task does not wait yet.
      static_cast<void>(complete());
      return;
    }
    next_ = std::exchange(block.responses, this);
  }
  if (auto* const task = block_actor_behind(*receiver->get()))
    expect_from(task->task());
  expire_after(timeout);
  send_to(*receiver->get(), strong_pointer(self), caf::make_message_id(number_), std::move(request),
          this_thread().driven);
}

void response_wait::leave() noexcept {
  auto** i = &find_context(task())->responses;
  while (*i != nullptr && *i != this)
    i = &(*i)->next_;
  if (*i != nullptr)
    *i = next_;
}

response_wait* response_wait::find(cell& task, std::uint64_t number) noexcept {
  auto* block = find_context(task);
  auto* wait = block != nullptr ? block->responses : nullptr;
  while (wait != nullptr && wait->number_ != number)
    wait = wait->next_;
  return wait;
}

bool response_wait::awaits(cell& task, caf::message_id request) {
  std::lock_guard guard{mutex_of(task)};
  return find(task, request.request_id().integer_value()) != nullptr;
}

void response_wait::deliver(cell& task, caf::mailbox_element& answer) {
  const auto number = answer.mid.request_id().integer_value();
  auto content = answer.move_content_to_message();
  auto how = handover::refused;
  {
    std::lock_guard guard{mutex_of(task)};
    response_wait* wait = find(task, number);
    if (wait == nullptr)
      return;
    wait->leave();
    // Unless it is refused, this is the answer that the task sees.
    wait->answer_ = std::move(content);
    how = wait->complete();
  }
  if (how == handover::wakes)
    wake(task);
}

task_result<caf::message> response_wait::take() {
  if (has_expired())
    return task_error{error_code::timeout, "no answer within " + to_text(timeout_)};
  if (answer_.size() == 1 && answer_.match_element<caf::error>(0))
    return from_caf_error(answer_.get_as<caf::error>(0));
  return std::move(answer_);
}

} // namespace sweet::inline v0_5::detail
