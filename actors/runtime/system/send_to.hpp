#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/actor_host.hpp>

#include <caf/fwd.hpp>

namespace sweet::inline v0_5::detail {

/// Sends a message to an actor, which may be a task. CAF's timeouts, the mail of tasks and their
/// actors all send by this function, so it lies below the folders of all three.
/// @param sender may be null
/// @param host the processor of the calling thread, where the receiver runs next if the message
/// wakes it; null: the receiver's scheduler decides
void send_to(caf::abstract_actor& to, caf::strong_actor_ptr sender, caf::message_id id,
             caf::message content, actor_host* host = nullptr);

} // namespace sweet::inline v0_5::detail
