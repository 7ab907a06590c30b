#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet {

/// The exception that unwinds the body of a cancelled task: its waits and checkpoints throw it.
/// It is not derived from std::exception, so that a handler for failures does not swallow it. A
/// body may catch it to clean up, and should throw it on; a body that returns a value instead has
/// completed.
struct cancelled {};

} // namespace sweet
