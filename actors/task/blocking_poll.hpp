#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <span>

#include <poll.h>

namespace sweet::detail {

/// poll() without a time limit, by a body that blocks: it ends, too, when its task is cancelled.
/// From a thread that runs no task nothing ends it.
/// @pre there are at most seven
/// @throws cancelled if the task is cancelled and none of the descriptors is ready; task_failure
/// (resource_limit) if the process is out of descriptors
void blocking_poll(std::span<pollfd> descriptors);

} // namespace sweet::detail
