// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_progress.hpp>

#include <sweet/messages/printable.hpp>

#include <ostream>

namespace sweet::inline v0_5 {

std::string to_string(const task_progress& x) {
  std::string result;
  if (x.done != 0 || x.total != 0)
    result = std::to_string(x.done);
  if (x.total != 0)
    result.append(" of ").append(std::to_string(x.total));
  if (!result.empty() && !x.text.empty())
    result += ": ";
  detail::append_printable(result, x.text);
  return result;
}

std::ostream& operator<<(std::ostream& out, const task_progress& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
