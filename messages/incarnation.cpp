// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/incarnation.hpp>

#include <ostream>
#include <string_view>

namespace sweet::inline v0_5 {

namespace {

void append_hex(std::string& out, std::uint64_t x) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4)
    out += digits[(x >> shift) & 15];
}

} // namespace

std::string to_string(const incarnation& x) {
  std::string text;
  append_hex(text, x.high);
  append_hex(text, x.low);
  return text + '/' + std::to_string(x.life);
}

std::ostream& operator<<(std::ostream& out, const incarnation& x) {
  return out << to_string(x);
}

} // namespace sweet::inline v0_5
