#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5 {

/// Identifies a task within its runtime. The id 0 is no task; no id is used twice.
struct task_id {
  std::uint64_t value = 0; ///< the number; 0 is no task

  static const task_id none; ///< the id of no task

  /// Tells whether this is the id of a task.
  explicit constexpr operator bool() const noexcept { return value != 0; }

  /// Compares by value; an older task has a lower id.
  friend constexpr auto operator<=>(task_id, task_id) noexcept = default;
};

inline constexpr task_id task_id::none{};

/// Formats an id as "#12"; "#0" is no task.
inline std::string to_string(task_id x) {
  return '#' + std::to_string(x.value);
}

/// Writes the id as "#12".
std::ostream& operator<<(std::ostream& out, task_id x);

/// Lets CAF serialise the id.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_id& x) {
  return detail::inspect_fields(f, "task_id", x.value);
}

} // namespace sweet::inline v0_5

/// Hashes a task_id, so that it can be a key of the standard's hash tables.
template <>
struct std::hash<sweet::task_id> {
  /// Returns the hash of the number.
  std::size_t operator()(sweet::task_id x) const noexcept {
    return std::hash<std::uint64_t>{}(x.value);
  }
};
