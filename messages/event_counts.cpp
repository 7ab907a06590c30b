// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/event_counts.hpp>

#include <ostream>
#include <utility>

namespace sweet::inline v0_5 {

std::string to_string(const event_counts& x) {
  auto text = std::to_string(x.emitted) + " emitted";
  const char* sign = x.is_balanced() ? " = " : " > ";
  for (const auto& [count, name] :
       {std::pair{x.processed, "processed"}, std::pair{x.failed, "failed"},
        std::pair{x.dropped, "dropped"}, std::pair{x.dead_lettered, "dead-lettered"},
        std::pair{x.cancelled, "cancelled"}}) {
    if (count == 0)
      continue;
    text += std::exchange(sign, " + ") + std::to_string(count) + ' ' + name;
  }
  return text;
}

std::ostream& operator<<(std::ostream& out, const event_counts& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
