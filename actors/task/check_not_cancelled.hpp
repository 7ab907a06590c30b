#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::detail {

/// Whether the task whose body this thread runs, if it runs one, is cancelled, and has not heard of
/// it yet.
bool is_task_cancelled() noexcept;

/// Between two steps of a body that neither waits nor emits for long, such as the search for the
/// end of a line. In a thread that runs no task it does nothing.
/// @throws cancelled if the task is cancelled
void check_not_cancelled();

} // namespace sweet::detail
