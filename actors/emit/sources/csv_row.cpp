// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/csv_row.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

csv_row::csv_row(std::string_view text, std::span<const std::uint32_t> ends, std::uint64_t line,
                 std::shared_ptr<const csv_header> header)
    : size_(ends.size()), line_(line), header_(std::move(header)) {
  bytes_.reserve(text.size() + ends.size_bytes());
  bytes_.append(text);
  bytes_.append(reinterpret_cast<const char*>(ends.data()), ends.size_bytes());
}

std::string_view csv_row::operator[](std::string_view name) const noexcept {
  const auto position = column(name);
  return position ? (*this)[*position] : std::string_view{};
}

std::string_view csv_row::at(std::size_t position) const {
  if (position >= size_)
    throw std::out_of_range{"line " + std::to_string(line_) + ": no field " +
                            std::to_string(position) + ", the row has " + std::to_string(size_)};
  return (*this)[position];
}

std::string_view csv_row::at(std::string_view name) const {
  const auto position = column(name);
  if (position && *position < size_)
    return (*this)[*position];
  std::string what = "line " + std::to_string(line_) + ": no column `" + std::string{name} + "`";
  const char* before = "; there are ";
  for (const auto& other : header()) {
    what += std::exchange(before, ", ");
    what += other;
  }
  throw std::out_of_range{what};
}

std::optional<std::size_t> csv_row::column(std::string_view name) const noexcept {
  const auto& names = header();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

const csv_header& csv_row::header() const noexcept {
  // Never destroyed: bodies that were left behind may go on while the process ends.
  static const auto& none = *new csv_header;
  return header_ ? *header_ : none;
}

} // namespace sweet::inline v0_5
