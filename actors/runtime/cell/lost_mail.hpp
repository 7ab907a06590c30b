#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/mail.hpp>
#include <sweet/messages/lost_message.hpp>

namespace sweet::inline v0_5::detail {

/// Counts a message to a task that nobody receives, and tells those who observe losses. Not under
/// a mutex. @pre the runtime of the task has not ended
void lose(cell& to, const mail& m, lost_reason reason) noexcept;

/// The names of the types of a message from an ordinary actor: `std::string, int`.
std::string type_text_of(const caf::type_erased_tuple& content);

} // namespace sweet::inline v0_5::detail
