#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/for_each_seed.hpp>
#include <sweet/testing/markdown_table.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

namespace sweet::inline v0_5::testing {

/// A question that a table of the documentation answers in each of its columns: what happens there,
/// in the words of the table.
using rule = std::function<std::string(simulation&, std::size_t column)>;

inline std::string yes_or_no(bool yes) {
  return yes ? "yes" : "no";
}

/// Compares the table whose columns are `head`, the first one the question, with what happens over
/// many seeds.
/// @throws std::runtime_error if the table cannot be read, or asks something else than `rules`
/// @throws seed_failure if something else happens
inline void check_rule_table(const std::string& page, const table_row& head,
                             const std::map<std::string, rule>& rules, std::uint64_t seeds) {
  auto unasked = rules;
  for (const auto& row : read_markdown_table(page, head)) {
    if (unasked.erase(row[0]) != 1)
      throw std::runtime_error{page + ": no such rule, or there twice: " + row[0]};
    for (std::size_t column = 1; column < row.size(); ++column)
      for_each_seed(seeds, [&](simulation& sim) {
        const auto seen = rules.at(row[0])(sim, column - 1);
        if (seen != row[column])
          throw std::runtime_error{row[0] + ", " + head[column] + ": " + seen + ", not " +
                                   row[column]};
      });
  }
  if (!unasked.empty())
    throw std::runtime_error{page + " does not say: " + unasked.begin()->first};
}

} // namespace sweet::inline v0_5::testing
