// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "service_output.hpp"

#include <algorithm>
#include <utility>

#include "run_report.hpp"

namespace sweet::command {

void service_output::add(std::string_view bytes) {
  std::lock_guard lock{mutex_};
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find('\n'), bytes.size());
    line_ += bytes.substr(0, std::min(end, longest_line - line_.size()));
    look();
    if (end == bytes.size())
      return;
    lines_.push_back(std::exchange(line_, {}));
    if (lines_.size() > tail_lines)
      lines_.pop_front();
    bytes.remove_prefix(end + 1);
  }
}

void service_output::look() {
  if (!awaited_.empty() && !seen_.is_set() && line_.find(awaited_) != std::string::npos)
    seen_.set();
}

std::string service_output::tail() const {
  std::lock_guard lock{mutex_};
  std::string result;
  for (const auto& line : lines_)
    result += line + '\n';
  return result + line_;
}

} // namespace sweet::command
