// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_keys_help.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

#include <fmt/format.h>

#include "job_keys.hpp"

namespace sweet::command {

namespace {

constexpr std::size_t line_width = 80;

// Breaks a text into lines that begin with the indent, and that are no longer than the width unless
// a word is.
std::string wrapped(std::string_view text, std::string_view indent) {
  std::string result;
  std::size_t column = 0;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column == 0 || column + 1 + word.size() > line_width) {
      result += fmt::format("{}{}{}", column == 0 ? "" : "\n", indent, word);
      column = indent.size() + word.size();
    } else {
      result += fmt::format(" {}", word);
      column += 1 + word.size();
    }
  }
  return result + '\n';
}

template <class Table>
std::string section(std::string_view title, std::span<const job_key<Table>> keys,
                    bool tells_places) {
  auto result = fmt::format("\n{}\n", title);
  for (const auto& key : keys) {
    const auto places = tells_places ? "in " + places_text(key.places) + "; " : std::string{};
    result += wrapped(
        fmt::format("{} ({}; {}default: {})", key.name, key.field.type, places, default_text(key)),
        "  ");
    result += wrapped(key.help, "      ");
  }
  return result;
}

} // namespace

std::string job_keys_help() {
  return "The keys of a job file; its guide is docs/guides/job-files.md.\n" +
         section("[job.NAME] and [group.NAME]", job_keys(), true) +
         section("each = { KEY = VALUE, ... }", each_keys(), false) +
         section("ready = { KEY = VALUE, ... }", ready_keys(), false) +
         section("intensity = { KEY = VALUE, ... }", intensity_keys(), false);
}

} // namespace sweet::command
