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

/// Whether the task whose body this thread runs, if it runs one, is cancelled, and has not heard of
/// it yet.
bool is_task_cancelled() noexcept;

/// Between two steps of a body that neither waits nor emits for long, such as the search for the
/// end of a line. In a thread that runs no task it does nothing.
/// @throws cancelled if the task is cancelled
void check_not_cancelled();

} // namespace sweet::detail
