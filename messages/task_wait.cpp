// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_wait.hpp>

#include <sweet/messages/duration_text.hpp>
#include <sweet/messages/printable.hpp>

#include <algorithm>
#include <ostream>

namespace sweet::inline v0_5 {

std::string to_string(const task_wait& x) {
  if (!x)
    return {};
  std::string result{"waits for "};
  result += name_of(x.on);
  const bool is_of_target = x.on == wait_reason::mutex || x.on == wait_reason::answer;
  if (x.target)
    result.append(is_of_target ? " of " : " ").append(to_string(x.target));
  if (!x.target_name.empty()) {
    result += ' ';
    detail::append_printable(result, x.target_name);
  }
  if (x.blocks_thread)
    result += " in await()";
  if (x.since != task_wait::unknown)
    result.append(", since ").append(detail::to_text(x.since));
  if (x.left != task_wait::unknown)
    result.append(", until +").append(detail::to_text(std::max(x.left, {})));
  return result;
}

std::ostream& operator<<(std::ostream& out, const task_wait& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
