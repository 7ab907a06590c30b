#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/mail.hpp>
#include <sweet/messages/task_result.hpp>

#include <caf/fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sweet::detail {

/// Before the task is started. @pre `limit > 0`
void set_mailbox_limit(cell& c, std::size_t limit);

/// Sends to a task. Any thread that may touch it.
/// @param sender null: no task
/// @returns the correlation id; error_code::unreachable if the task has ended, resource_limit if
/// its mailbox is full
task_result<std::uint64_t> send_mail(cell* sender, cell& to, std::unique_ptr<mail> m);

/// The same in the name of the task whose body this thread runs, if it runs one.
task_result<std::uint64_t> send_mail(cell& to, std::unique_ptr<mail> m);

/// Sends to the parent of the task, in its context.
/// @returns as above; unreachable for a task under the root
task_result<std::uint64_t> send_mail_up(cell& sender, std::unique_ptr<mail> m);

/// Sends to who waits for a reply, a task or another actor.
/// @param as_message the same for an actor that is no task; empty if it cannot travel
/// @returns as above; unreachable if `to` is null, invalid_data if `as_message` was needed
task_result<std::uint64_t> send_reply(cell& sender, const caf::actor& to, std::uint64_t correlation,
                                      std::unique_ptr<mail> m, caf::message as_message);

/// A one-way message from an ordinary actor; one that finds the mailbox full is counted as lost.
/// one that its sender takes back goes there if it is unread when the task ends. Messages of
/// several elements, and those of CAF's streams, mean nothing to a task.
void receive_from_actor(cell& to, caf::mailbox_element_ptr what);

} // namespace sweet::detail
