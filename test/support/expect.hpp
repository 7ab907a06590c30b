#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <source_location>
#include <stdexcept>
#include <string>

namespace sweet::inline v0_5::testing {

/// A check in the body of a task: Boost's belong to the main thread. Throws, with its place, so the
/// test has to look at the outcome of the task.
inline void expect(bool held, std::source_location where = std::source_location::current()) {
  if (!held)
    throw std::logic_error{std::string{where.file_name()} + ':' + std::to_string(where.line()) +
                           ": is not so"};
}

} // namespace sweet::inline v0_5::testing
