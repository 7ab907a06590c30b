#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <caf/fwd.hpp>

namespace sweet::detail {

/// The message that tells a linked actor that `from` has ended for `reason`.
caf::message make_exit_message(caf::actor_addr from, caf::error reason);

} // namespace sweet::detail
