#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <caf/exit_reason.hpp>
#include <caf/fwd.hpp>
#include <caf/mailbox_element.hpp>

namespace sweet::inline v0_5::detail {

/// Makes the message that tells a linked actor that `from` has ended for `reason`.
caf::message make_exit_message(caf::actor_addr from, caf::error reason);

/// Makes an exit message without a sender, ready to be enqueued, which needs no memory then. It
/// overtakes ordinary messages.
caf::mailbox_element_ptr make_exit_mail(caf::exit_reason reason);

} // namespace sweet::inline v0_5::detail
