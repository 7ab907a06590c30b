#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_result.hpp>

#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

#include "sweet_command.hpp"

namespace sweet::inline v0_5::testing {

/// A command that has run to its end; printed, it shows the whole report.
struct ended {
  explicit ended(sweet_command::running process) : ended(process.end()) {}
  explicit ended(process_result result)
      : code(result.status.signal != 0 ? -result.status.signal : result.status.code),
        out(result.out.text()), err(result.err.text()) {}

  bool says(std::string_view text) const { return out.find(text) != std::string::npos; }

  int code;
  std::string out;
  std::string err;
};

inline std::ostream& operator<<(std::ostream& to, const ended& x) {
  return to << "exit " << x.code << "\n" << x.out << x.err;
}

/// How often a text is found in another one.
inline std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

} // namespace sweet::inline v0_5::testing
