#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet {

/// What unwinds the body of a cancelled task, thrown by its waits and checkpoints.
///
/// Not a std::exception, so that a handler for failures does not swallow it. A body may catch it to
/// clean up and should throw it on; a body that returns instead has completed.
struct cancelled {};

} // namespace sweet
