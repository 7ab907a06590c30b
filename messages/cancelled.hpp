#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::inline v0_5 {

/// The exception that tells a body that its task is cancelled: the waits of a callable throw it,
/// checkpoints, and waits of a coroutine that ask for it by stopped_as_error(); other waits of a
/// coroutine stop it without an exception.
///
/// It is not derived from std::exception, so that a handler for failures does not swallow it. A
/// body may catch it to clean up, and should throw it on; a body that returns a value instead has
/// completed.
struct cancelled {};

} // namespace sweet::inline v0_5
