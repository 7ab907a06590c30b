// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "progress_line.hpp"

#include <algorithm>
#include <utility>

namespace sweet::command {

namespace {

// Goes back to the begin of the line, and clears it.
constexpr const char* clear_line = "\r\033[K";

// As much of the text as surely fits, without a part of a character at the end.
std::string cut(const std::string& text, std::size_t columns) {
  auto size = std::min(text.size(), columns);
  while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80)
    --size;
  return text.substr(0, size);
}

} // namespace

int progress_line::timeout(duration now) const noexcept {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(next_ - now);
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(left.count(), 0));
}

std::string progress_line::show(const std::string& progress, std::size_t columns, duration now) {
  next_ = now + (terminal_ ? terminal_period : plain_period);
  if (progress.empty())
    return take_away();
  if (!terminal_)
    return "       " + progress + "\n";
  shown_ = true;
  // A line that wraps could not be taken away again.
  return clear_line + cut(progress, columns > 1 ? columns - 1 : 0);
}

std::string progress_line::take_away() {
  return std::exchange(shown_, false) ? clear_line : "";
}

} // namespace sweet::command
