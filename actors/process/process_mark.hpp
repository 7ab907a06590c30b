#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <string_view>

#include <sys/types.h>

namespace sweet::inline v0_5::detail {

/// Marks are words in a variable of the environment, by which processes are recognised whatever
/// parent, group or session they have: children inherit them. Programs that clear their environment
/// lose them.

/// A new mark, which no other process of this machine has given or will give.
[[nodiscard]] std::string new_process_mark();

/// The value that `variable` has to have in a child so that it carries `mark`, after the marks that
/// this process carries itself.
[[nodiscard]] std::string with_own_marks(const char* variable, const std::string& mark);

/// The value of `variable` in the environment of a process; empty if it has none, has ended, or
/// belongs to another user.
[[nodiscard]] std::string marks_of(pid_t process, std::string_view variable);

/// Whether `mark` is one of the words of `marks`, which marks_of() has returned.
[[nodiscard]] bool has_mark(std::string_view marks, std::string_view mark);

} // namespace sweet::inline v0_5::detail
