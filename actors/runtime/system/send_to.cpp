// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/send_to.hpp>

#include <caf/abstract_actor.hpp>
#include <caf/actor_control_block.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

void send_to(caf::abstract_actor& to, caf::strong_actor_ptr sender, caf::message_id id,
             caf::message content, actor_host* host) {
  to.enqueue(caf::make_mailbox_element(std::move(sender), id, {}, std::move(content)), host);
}

} // namespace sweet::inline v0_5::detail
