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

namespace sweet {

/// Names a task within its runtime. 0 is no task; an id is never used twice.
struct task_id {
  std::uint64_t value = 0;

  static const task_id none;

  /// Whether this names a task.
  explicit constexpr operator bool() const noexcept { return value != 0; }

  friend constexpr auto operator<=>(task_id, task_id) noexcept = default;
};

inline constexpr task_id task_id::none{};

/// "#12"; "#0" is no task.
inline std::string to_string(task_id x) {
  return '#' + std::to_string(x.value);
}

std::ostream& operator<<(std::ostream& out, task_id x);

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_id& x) {
  return detail::inspect_fields(f, "task_id", x.value);
}

} // namespace sweet

template <>
struct std::hash<sweet::task_id> {
  std::size_t operator()(sweet::task_id x) const noexcept {
    return std::hash<std::uint64_t>{}(x.value);
  }
};
