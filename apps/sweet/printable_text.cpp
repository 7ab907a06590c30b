// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "printable_text.hpp"

#include <fmt/format.h>

namespace sweet::command {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (byte_at(text, at) & 0xc0U) == 0x80U;
}

// How many bytes the character at the begin has; 0 if it is malformed.
std::size_t size_of_first(std::string_view text) {
  const auto first = byte_at(text, 0);
  const std::size_t size = first < 0x80U                      ? 1
                           : first >= 0xc2U && first < 0xe0U  ? 2
                           : first >= 0xe0U && first < 0xf0U  ? 3
                           : first >= 0xf0U && first <= 0xf4U ? 4
                                                              : 0;
  for (std::size_t i = 1; i < size; ++i)
    if (!continues(text, i))
      return 0;
  if (size < 3)
    return size;
  // Overlong forms, surrogates, and code points beyond Unicode.
  const auto second = byte_at(text, 1);
  const auto wrong = (first == 0xe0U && second < 0xa0U) || (first == 0xedU && second >= 0xa0U) ||
                     (first == 0xf0U && second < 0x90U) || (first == 0xf4U && second >= 0x90U);
  return wrong ? 0 : size;
}

// Whether the character of that size at the begin means something to a terminal.
bool is_control(std::string_view text, std::size_t size) {
  const auto first = byte_at(text, 0);
  return size == 1 ? first < 0x20U || first == 0x7fU
                   : size == 2 && first == 0xc2U && byte_at(text, 1) < 0xa0U;
}

} // namespace

std::string_view cut_text(std::string_view text, std::size_t longest) {
  if (text.size() <= longest)
    return text;
  auto size = longest;
  while (size > 0 && continues(text, size))
    --size;
  return text.substr(0, size);
}

std::size_t whole_characters(std::string_view text) {
  auto first = text.size();
  while (first > 0 && text.size() - first < 3 &&
         (static_cast<unsigned char>(text[first - 1]) & 0xc0U) == 0x80U)
    --first;
  if (first == 0)
    return text.size();
  const auto lead = static_cast<unsigned char>(text[first - 1]);
  const std::size_t size = lead >= 0xf0U ? 4 : lead >= 0xe0U ? 3 : lead >= 0xc0U ? 2 : 1;
  return first - 1 + size > text.size() ? first - 1 : text.size();
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto size = size_of_first(text);
    const auto harmless = size > 0 && (text.front() == '\t' || !is_control(text, size));
    const auto taken = size > 0 ? size : 1;
    for (std::size_t i = 0; i < taken; ++i) {
      if (harmless)
        result += text[i];
      else
        result += fmt::format("\\x{:02x}", byte_at(text, i));
    }
    text.remove_prefix(taken);
  }
  return result;
}

bool has_control_character(std::string_view text) {
  return text.find('\t') != std::string_view::npos || printable(text) != text;
}

} // namespace sweet::command
