// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "key_depth.hpp"

#include <algorithm>
#include <vector>

namespace sweet::command {

namespace {

// Returns the place behind the string that begins at `at`; the end of the text if the string does
// not end.
std::size_t behind_string(std::string_view text, std::size_t at) {
  const auto quote = text[at];
  const auto is_long = text.substr(at, 3) == std::string_view{quote == '"' ? "\"\"\"" : "'''"};
  const auto close = text.substr(at, is_long ? 3 : 1);
  for (at += close.size(); at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\')
      ++at;
    else if (text.substr(at, close.size()) == close)
      return at + close.size();
    else if (!is_long && text[at] == '\n')
      return at;
  }
  return text.size();
}

text_place place_at(std::string_view text, std::size_t at) {
  const auto before = text.substr(0, at);
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  return {line + 1, at - (line == 0 ? 0 : before.rfind('\n') + 1) + 1};
}

} // namespace

std::optional<text_place> too_deep_key(std::string_view toml) {
  std::vector<std::size_t> outer; // the parts in front of each open bracket
  std::size_t parts = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < toml.size();) {
    switch (toml[at]) {
      case '"':
      case '\'': at = behind_string(toml, at); continue;
      case '#': at = std::min(toml.find('\n', at), toml.size()); continue;
      case '.':
        if (++parts >= most_key_parts)
          return place_at(toml, begin);
        break;
      case '{':
      case '[':
        outer.push_back(parts);
        if (++parts >= most_key_parts)
          return place_at(toml, begin);
        break;
      case '}':
      case ']':
        if (!outer.empty())
          outer.pop_back();
        parts = outer.empty() ? 0 : outer.back() + 1;
        break;
      case ',': parts = outer.empty() ? 0 : outer.back() + 1; break;
      case '\n':
        if (outer.empty()) {
          parts = 0;
          begin = at + 1;
        }
        break;
      default: break;
    }
    ++at;
  }
  return std::nullopt;
}

} // namespace sweet::command
