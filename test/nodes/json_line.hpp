#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <concepts>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>
#include <unistd.h>

/// One event, as a line of JSON on the standard output. Lines of several threads stay whole.
class json_line {
public:
  explicit json_line(std::string_view event) { add("event", event); }

  json_line& add(std::string_view name, std::string_view text) {
    key(name);
    quote(text);
    return *this;
  }
  json_line& add(std::string_view name, const char* text) {
    return add(name, std::string_view{text});
  }
  json_line& add(std::string_view name, bool x) {
    key(name);
    text_ += x ? "true" : "false";
    return *this;
  }
  template <std::integral T>
  json_line& add(std::string_view name, T x) {
    key(name);
    text_ += std::to_string(x);
    return *this;
  }

  /// Ends the process if nobody listens any more.
  void print() {
    const auto line = text_ + "}\n";
    static std::mutex mutex;
    std::lock_guard guard{mutex};
    std::string_view left = line;
    while (!left.empty()) {
      const auto n = ::write(STDOUT_FILENO, left.data(), left.size());
      if (n < 0)
        ::_exit(2);
      left.remove_prefix(static_cast<std::size_t>(n));
    }
  }

private:
  void key(std::string_view name) {
    text_ += text_.empty() ? '{' : ',';
    quote(name);
    text_ += ':';
  }
  void quote(std::string_view text) {
    text_ += '"';
    for (const char c : text) {
      if (c == '"' || c == '\\') {
        text_ += '\\';
        text_ += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        char code[8];
        std::snprintf(code, sizeof code, "\\u%04x", static_cast<unsigned>(c));
        text_ += code;
      } else {
        text_ += c;
      }
    }
    text_ += '"';
  }

  std::string text_;
};
