// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/lost_message.hpp>

#include <sweet/messages/printable.hpp>

#include <ostream>

namespace sweet::inline v0_5 {

std::string to_string(const lost_message& x) {
  std::string result;
  detail::append_printable(result, x.type.empty() ? "message" : x.type);
  if (x.sender)
    result.append(" from ").append(to_string(x.sender));
  result += " to ";
  if (!x.target_name.empty())
    detail::append_printable(result, x.target_name);
  else
    result += x.target ? "task" : "service";
  if (x.target)
    result.append(1, ' ').append(to_string(x.target));
  return result.append(": ").append(name_of(x.reason));
}

std::ostream& operator<<(std::ostream& out, const lost_message& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
