#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sweet::inline v0_5::testing {

using table_row = std::vector<std::string>;

namespace detail {

inline std::string trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return std::string{text.substr(first, text.find_last_not_of(" \t") - first + 1)};
}

/// The cells of `| a | b |`; none if the line is no row of a table.
inline table_row cells_of(std::string_view line) {
  table_row cells;
  if (line.empty() || line.front() != '|')
    return cells;
  line.remove_prefix(1);
  for (auto bar = line.find('|'); bar != std::string_view::npos; bar = line.find('|')) {
    cells.push_back(trim(line.substr(0, bar)));
    line.remove_prefix(bar + 1);
  }
  return cells;
}

} // namespace detail

/// The rows of the table of a Markdown page whose column heads are `head`.
/// @throws std::runtime_error if the page cannot be read, if it does not have exactly one such
/// table, or if a row has another number of cells
inline std::vector<table_row> read_markdown_table(const std::string& page, const table_row& head) {
  std::ifstream file{page};
  if (!file)
    throw std::runtime_error{"cannot read " + page};
  std::vector<table_row> rows;
  int tables = 0;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    auto cells = detail::cells_of(line);
    if (cells == head) {
      ++tables;
      inside = true;
      std::getline(file, line); // the line of dashes
    } else if (cells.empty()) {
      inside = false;
    } else if (inside) {
      if (cells.size() != head.size())
        throw std::runtime_error{page + ": not as many cells as columns: " + line};
      rows.push_back(std::move(cells));
    }
  }
  if (tables != 1)
    throw std::runtime_error{page + " has " + std::to_string(tables) + " tables with the columns " +
                             head.front() + ", ..."};
  return rows;
}

} // namespace sweet::inline v0_5::testing
