// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "service_output.hpp"

#include <algorithm>
#include <utility>

#include "printable_text.hpp"
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
    if (line_.size() == longest_line)
      line_.resize(whole_characters(line_));
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

void service_output::set_last_check(std::string what) {
  std::lock_guard lock{mutex_};
  last_check_ = std::move(what);
}

std::string service_output::last_check() const {
  std::lock_guard lock{mutex_};
  return last_check_;
}

std::string service_output::tail() const {
  std::lock_guard lock{mutex_};
  std::string result;
  for (const auto& line : lines_)
    result += line + '\n';
  return result + line_;
}

} // namespace sweet::command
