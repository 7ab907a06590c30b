#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cell.hpp>

#include <caf/fwd.hpp>

namespace sweet::inline v0_5::detail {

/// Sends `answer` to the actor that has sent `request` to the task.
void send_answer(cell& c, caf::mailbox_element& request, caf::message answer);

/// Answers a request with an error: the value of the task is of a type that CAF cannot send.
void refuse_answer(cell& c, caf::mailbox_element& request);

} // namespace sweet::inline v0_5::detail
