// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_error.hpp"

#include <fmt/format.h>

#include "printable_text.hpp"

namespace sweet::command {

std::string to_string(const job_file_error& x) {
  const auto path = printable(x.path);
  const auto message = printable(x.message);
  return x.line == 0 ? fmt::format("{}: error: {}", path, message)
                     : fmt::format("{}:{}:{}: error: {}", path, x.line, x.column, message);
}

} // namespace sweet::command
