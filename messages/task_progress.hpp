#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet {

/// How far a task says it is, in units of its own.
struct task_progress {
  std::uint64_t done = 0;
  std::uint64_t total = 0; ///< 0: not known
  std::string text;        ///< what it is doing; may be empty

  /// Whether it has said anything.
  explicit operator bool() const noexcept { return done != 0 || total != 0 || !text.empty(); }

  friend bool operator==(const task_progress&, const task_progress&) = default;
};

/// `40 of 100: compressing`, `40: compressing` if the total is not known, `compressing` if there
/// are no numbers; empty if there is nothing. Control characters within the text become `?`.
std::string to_string(const task_progress& x);

std::ostream& operator<<(std::ostream& out, const task_progress& x);

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_progress& x) {
  return detail::inspect_fields(f, "task_progress", x.done, x.total, x.text);
}

} // namespace sweet
