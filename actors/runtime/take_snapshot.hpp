#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_snapshot.hpp>

namespace sweet::detail {

class task_home;

/// Looks at the memory of all tasks, and so waits for none of them.
tree_snapshot take_snapshot(task_home& home);

} // namespace sweet::detail
