#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <iosfwd>
#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5 {

/// How far a task has come, as it reports itself with task_context::progress(), in units of its
/// own.
struct task_progress {
  std::uint64_t done = 0;  ///< units that are done
  std::uint64_t total = 0; ///< units in all; 0 if that is not known
  std::string text;        ///< what the task is doing; may be empty

  /// Tells whether the task has reported anything.
  explicit operator bool() const noexcept { return done != 0 || total != 0 || !text.empty(); }

  friend bool operator==(const task_progress&, const task_progress&) = default;
};

/// Formats the progress as `40 of 100: compressing`, as `40: compressing` if the total is not
/// known, as `compressing` without numbers, and as empty text if nothing was reported. Control
/// characters within the text become `?`.
std::string to_string(const task_progress& x);

/// Writes to_string() of the progress.
std::ostream& operator<<(std::ostream& out, const task_progress& x);

/// Lets CAF serialise the progress.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_progress& x) {
  return detail::inspect_fields(f, "task_progress", x.done, x.total, x.text);
}

} // namespace sweet::inline v0_5
