#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/mail.hpp>
#include <sweet/messages/task_result.hpp>

#include <caf/fwd.hpp>

#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// Sets how many messages may wait in the mailbox of a task, before the task is started. @pre
/// `limit > 0`
void set_mailbox_limit(cell& c, std::size_t limit);

/// Sends a message to a task. Any thread that may touch the task.
/// @param sender null: no task
/// @returns the correlation id; error_code::unreachable if the task has ended, resource_limit if
/// its mailbox is full
task_result<std::uint64_t> send_mail(cell* sender, cell& to, mail_ptr m);

/// Sends a message to a task, in the name of the task whose body this thread runs, if it runs one.
/// @returns the correlation id; error_code::unreachable if the task has ended, resource_limit if
/// its mailbox is full
task_result<std::uint64_t> send_mail(cell& to, mail_ptr m);

/// Sends a message to the parent of the task, in the task's context.
/// @returns the correlation id; error_code::unreachable if the parent has ended, or is the root;
/// resource_limit if its mailbox is full
task_result<std::uint64_t> send_mail_up(cell& sender, mail_ptr m);

/// Makes a message for an actor that is no task of a reply; null: the reply cannot travel.
using as_caf_message = caf::message (*)(mail&);

/// Sends a reply to the task, or other actor, that waits for it.
/// @returns the correlation id; error_code::unreachable if `to` is null or a task that has ended,
/// resource_limit if its mailbox is full, invalid_data if `convert` was needed and null
task_result<std::uint64_t> send_reply(cell& sender, const caf::actor& to, std::uint64_t correlation,
                                      mail_ptr m, as_caf_message convert);

/// Puts a one-way message from an ordinary actor into the mailbox of a task; a message that finds
/// the mailbox full is counted as lost. A message that its sender takes back returns to the sender
/// if it is unread when the task ends. Messages of several elements, and those of CAF's streams,
/// mean nothing to a task.
void receive_from_actor(cell& to, caf::mailbox_element_ptr what);

} // namespace sweet::inline v0_5::detail
