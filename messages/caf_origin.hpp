#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>
#include <string>

namespace sweet::inline v0_5 {

/// The caf::error that a task_error was made from: enough to make it again.
struct caf_origin {
  std::uint8_t code = 0; ///< never 0, which means "no error" to CAF
  std::string category;  ///< its name: "system" for caf::sec, "exit" for caf::exit_reason
  std::string text;      ///< the context of the error as text; may be empty

  friend bool operator==(const caf_origin&, const caf_origin&) = default;
};

} // namespace sweet::inline v0_5
