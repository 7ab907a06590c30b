// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/log_record.hpp>

#include <sweet/messages/printable.hpp>

#include <ostream>

namespace sweet::inline v0_5 {

std::string to_string(const log_record& x) {
  std::string result{name_of(x.level)};
  result += ": ";
  if (x.task) {
    detail::append_printable(result, x.name.empty() ? "task" : x.name);
    result.append(1, ' ').append(to_string(x.task)).append(": ");
  }
  detail::append_printable(result, x.text);
  return result;
}

std::ostream& operator<<(std::ostream& out, const log_record& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
