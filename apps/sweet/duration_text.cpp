// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "duration_text.hpp"

#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace sweet::command {

namespace {

struct unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array units{unit{"h", 3'600'000}, unit{"m", 60'000}, unit{"s", 1'000},
                           unit{"ms", 1}};
constexpr std::int64_t longest_duration = std::int64_t{100} * 366 * 24 * 3'600'000;

} // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text.empty())
    return std::nullopt;
  std::int64_t total = 0;
  auto next = units.begin();
  while (!text.empty()) {
    // from_chars takes a minus sign, a duration does not.
    if (text.front() < '0' || text.front() > '9')
      return std::nullopt;
    std::int64_t count = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{})
      return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    auto name = text.substr(0, text.find_first_of("0123456789"));
    text.remove_prefix(name.size());
    while (next != units.end() && next->name != name)
      ++next;
    if (next == units.end() || count > (longest_duration - total) / next->milliseconds)
      return std::nullopt;
    total += count * next->milliseconds;
    ++next;
  }
  return std::chrono::milliseconds{total};
}

std::string written_duration(std::chrono::milliseconds d) {
  std::string result;
  auto left = d.count();
  for (const auto& unit : units) {
    if (left >= unit.milliseconds)
      result += fmt::format("{}{}", left / unit.milliseconds, unit.name);
    left %= unit.milliseconds;
  }
  return result;
}

std::string duration_text(std::chrono::nanoseconds d) {
  using namespace std::chrono;
  if (d < 100ms)
    return fmt::format("{} ms", round<milliseconds>(d).count());
  if (d < 59995ms)
    return fmt::format("{:.2f} s", duration<double>(d).count());
  auto s = round<seconds>(d).count();
  if (s < 3600)
    return fmt::format("{} min {:02} s", s / 60, s % 60);
  return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
}

} // namespace sweet::command
