// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/observe/chrome_trace.hpp>

#include <array>
#include <cstdio>
#include <ostream>
#include <string>
#include <string_view>

namespace sweet::inline v0_5 {

namespace {

/// How many bytes the UTF-8 sequence at the start of `text` has; 0 if there is none.
std::size_t sequence_length(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = at(0);
  const std::size_t length = first < 0x80   ? 1
                             : first < 0xc2 ? 0
                             : first < 0xe0 ? 2
                             : first < 0xf0 ? 3
                             : first < 0xf5 ? 4
                                            : 0;
  if (length > text.size())
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((at(i) & 0xc0) != 0x80)
      return 0;
  // Overlong forms, surrogates, and code points beyond Unicode.
  const bool wrong =
      length > 2 && ((first == 0xe0 && at(1) < 0xa0) || (first == 0xed && at(1) > 0x9f) ||
                     (first == 0xf0 && at(1) < 0x90) || (first == 0xf4 && at(1) > 0x8f));
  return wrong ? 0 : length;
}

/// Appends `text` in quotes; bytes that are no UTF-8 become `?`.
void append_json(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto length = sequence_length(text);
    const char c = text.front();
    if (length == 0) {
      out += '?';
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      if (c == '"' || c == '\\')
        out += '\\';
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

/// Formats a time as microseconds with their fraction.
std::string micros(std::chrono::steady_clock::time_point t) {
  const auto ns =
      std::chrono::duration_cast<std::chrono::nanoseconds>(t.time_since_epoch()).count();
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%03lld", static_cast<long long>(ns / 1000),
                static_cast<long long>(ns % 1000));
  return text.data();
}

/// The letter of a kind in the format: begin and end of a span of an id (b, e), or of a thread (B,
/// E).
char phase_of(trace_kind kind) {
  switch (kind) {
    case trace_kind::spawned: return 'b';
    case trace_kind::started:
    case trace_kind::resumed: return 'B';
    case trace_kind::suspended:
    case trace_kind::returned: return 'E';
    case trace_kind::ended: break;
  }
  return 'e';
}

} // namespace

chrome_trace::chrome_trace(std::ostream& out) : out_(out) {
  out_ << '[';
}

chrome_trace::~chrome_trace() {
  out_ << "\n]\n";
}

void chrome_trace::operator()(const trace_event& event) {
  const char phase = phase_of(event.kind);
  const auto id = std::to_string(event.task.value);
  std::string line = "{\"name\":";
  append_json(line, event.name.empty() ? "task " + to_string(event.task) : event.name);
  line.append(",\"cat\":\"task\",\"ph\":\"").append(1, phase).append("\",\"pid\":1,\"tid\":");
  line.append(std::to_string(event.thread)).append(",\"ts\":").append(micros(event.time));
  if (phase == 'b' || phase == 'e')
    line.append(",\"id\":").append(id);
  line.append(",\"args\":{\"task\":").append(id);
  line.append(",\"parent\":").append(std::to_string(event.parent.value));
  line.append(",\"event\":\"").append(name_of(event.kind));
  line.append("\",\"status\":\"").append(name_of(event.status)).append("\"}}");
  std::lock_guard guard{mutex_};
  out_ << (empty_ ? "\n" : ",\n") << line;
  empty_ = false;
}

} // namespace sweet::inline v0_5
