#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <string>

namespace sweet::inline v0_5 {

/// Where a task of another node comes from. A provided function gets it if it asks for it:
/// `f(task_context, remote_origin, args...)`.
struct remote_origin {
  std::string key;           ///< the same for all attempts at a task, and no other task has it
  std::uint32_t attempt = 1; ///< counts how often the task was placed on a node
  std::string node;          ///< the name of the node that has submitted the task
};

} // namespace sweet::inline v0_5
