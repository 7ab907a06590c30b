// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/exit_message.hpp>

#include <caf/actor_addr.hpp>
#include <caf/error.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>
#include <caf/system_messages.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

caf::message make_exit_message(caf::actor_addr from, caf::error reason) {
  return caf::make_message(caf::exit_msg{std::move(from), std::move(reason)});
}

caf::mailbox_element_ptr make_exit_mail(caf::exit_reason reason) {
  return caf::make_mailbox_element(nullptr, caf::make_message_id(caf::message_priority::high), {},
                                   make_exit_message({}, reason));
}

} // namespace sweet::inline v0_5::detail
