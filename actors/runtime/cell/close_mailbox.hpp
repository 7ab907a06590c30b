#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

namespace sweet::inline v0_5::detail {

struct cell;
struct mail;

/// Gives a message that stays unread back to its sender.
/// @returns false if the sender does not want it: the message is lost
bool give_back(mail& m) noexcept;

/// Refuses messages from now on. Unread ones go back to their senders, or count as lost. In the
/// context of a task that is about to end. @pre the task has a side block
void close_mailbox(cell& c) noexcept;

} // namespace sweet::inline v0_5::detail
