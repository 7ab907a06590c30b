// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/send_answer.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/system/send_to.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/task_error.hpp>

#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

void send_answer(cell& c, caf::mailbox_element& request, caf::message answer) {
  caf::strong_actor_ptr self{&control_of(c)};
  auto* host = this_thread().driven;
  if (request.stages.empty()) {
    if (request.sender)
      send_to(*request.sender->get(), std::move(self), request.mid.response_id(), std::move(answer),
              host);
    return;
  }
  // A forwarded request: the answer goes to the next stage, which answers the sender.
  auto stages = std::move(request.stages);
  auto next = std::move(stages.back());
  stages.pop_back();
  next->enqueue(caf::make_mailbox_element(std::move(request.sender), request.mid, std::move(stages),
                                          std::move(answer)),
                host);
}

void refuse_answer(cell& c, caf::mailbox_element& request) {
  send_answer(
      c, request,
      caf::make_message(to_caf_error(task_error{
          error_code::invalid_data,
          "the task's value is of a type that CAF cannot send: give it an inspect() function, "
          "or allow it with CAF_ALLOW_UNSAFE_MESSAGE_TYPE"})));
}

} // namespace sweet::inline v0_5::detail
