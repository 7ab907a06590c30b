#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>
#include <vector>

#include <sweet/messages/task_snapshot.hpp>

namespace sweet::inline v0_5 {

/// Tasks that wait for each other in a circle, in the order in which they wait: each for the next
/// one, and the last for the first, which has the lowest id.
using wait_circle = std::vector<task_id>;

/// Finds the circles in which tasks wait for each other, and so wait for ever unless one of them
/// is cancelled or its time passes. Looks at waits for a child, for the end of all children, for a
/// task, for the holder of a mutex, and for a task or service that is to answer; at least one
/// circle of each knot of tasks is found. Tasks are not looked at all at once: a circle through a
/// mutex or an answer may be one that has just come apart.
/// Time and memory are linear in the number of tasks.
std::vector<wait_circle> find_wait_circles(const tree_snapshot& x);

/// Formats the circles as lines: `circle: #4 a waits for #7 b waits for #4 a`. The circles are
/// those of `x`.
std::string to_text(const std::vector<wait_circle>& circles, const tree_snapshot& x);

} // namespace sweet::inline v0_5
