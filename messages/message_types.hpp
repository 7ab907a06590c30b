#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <caf/fwd.hpp>

namespace sweet::inline v0_5 {

/// Registers the types of messages/ with an actor system, so that messages of them can be sent to
/// other nodes and errors of category "sweet" can be printed: task_id, task_status, task_priority,
/// cancellation_level, error_code, wait_reason, task_error, task_snapshot, tree_snapshot.
/// A byte that is no value of an enum fails the whole message with caf::sec::invalid_argument. A
/// message type of the user's that holds one of the enums checks it in its own inspect(), with
/// is_known().
/// @pre No actor system was made from `config` yet.
void add_message_types(caf::actor_system_config& config);

} // namespace sweet::inline v0_5
