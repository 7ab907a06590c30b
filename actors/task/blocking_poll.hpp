#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <span>

#include <poll.h>

namespace sweet::inline v0_5::detail {

/// Calls poll() without a time limit, in a body that blocks; the cancellation of its task ends the
/// call, too. In a thread that runs no task only the descriptors do.
/// @pre there are at most seven descriptors
/// @throws cancelled if the task is cancelled and none of the descriptors is ready; task_failure
/// (resource_limit) if the process is out of descriptors
void blocking_poll(std::span<pollfd> descriptors);

} // namespace sweet::inline v0_5::detail
