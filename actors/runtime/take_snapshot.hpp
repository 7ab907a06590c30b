#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_snapshot.hpp>

namespace sweet::inline v0_5::detail {

class task_home;

/// Takes a snapshot of all tasks. It looks at their memory, and so waits for none of them.
tree_snapshot take_snapshot(task_home& home);

} // namespace sweet::inline v0_5::detail
