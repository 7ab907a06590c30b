#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <compare>
#include <cstdint>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5 {

/// A kind of task that a node can run for others: its name, and a hash of the types that it takes
/// and returns. Nodes whose programs differ in these types have different hashes for one name.
struct task_type {
  std::string name;            ///< the name under which the task is registered
  std::uint64_t signature = 0; ///< the hash of the parameters and of the result

  /// Compares the name, then the hash.
  friend auto operator<=>(const task_type&, const task_type&) = default;
};

/// Lets CAF serialise the type of a task.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_type& x) {
  return detail::inspect_fields(f, "task_type", x.name, x.signature);
}

} // namespace sweet::inline v0_5
