// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sqlite/sqlite_row.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5 {

namespace {

const sqlite_value null;

std::string describe(const sqlite_value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    return "the integer " + std::to_string(*integer);
  constexpr std::array kinds{"null", "an integer", "a number", "a text", "a blob"};
  return kinds[value.index()];
}

} // namespace

const sqlite_value& sqlite_row::operator[](std::size_t position) const noexcept {
  return position < values_.size() ? values_[position] : null;
}

const sqlite_value& sqlite_row::operator[](std::string_view name) const noexcept {
  const auto position = find(name);
  return position ? values_[*position] : null;
}

const sqlite_value& sqlite_row::at(std::size_t position) const {
  if (position >= values_.size())
    throw std::out_of_range{"no column " + std::to_string(position) + ", the row has " +
                            std::to_string(values_.size())};
  return values_[position];
}

const sqlite_value& sqlite_row::at(std::string_view name) const {
  if (const auto position = find(name))
    return values_[*position];
  std::string what = "no column `" + std::string{name} + "`";
  const char* before = "; there are ";
  for (const auto& other : columns()) {
    what += std::exchange(before, ", ");
    what += other;
  }
  throw std::out_of_range{what};
}

const sqlite_row::names& sqlite_row::columns() const noexcept {
  static const names none;
  return columns_ ? *columns_ : none;
}

std::optional<std::size_t> sqlite_row::find(std::string_view name) const noexcept {
  const auto& all = columns();
  const auto found = std::find(all.begin(), all.end(), name);
  if (found == all.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

void sqlite_row::refuse(std::size_t position, std::string_view wanted) const {
  const auto name = position < columns().size() ? columns()[position] : std::to_string(position);
  throw task_failure{task_error{error_code::invalid_data, "column `" + name + "` holds " +
                                                              describe(values_[position]) +
                                                              ", not " + std::string{wanted}}};
}

} // namespace sweet::inline v0_5
