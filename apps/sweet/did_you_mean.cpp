// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "did_you_mean.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include <fmt/format.h>

namespace sweet::command {

namespace {

// Optimal string alignment distance: edits and swaps of neighbours, each place edited once.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      auto same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

} // namespace

std::string_view nearest_name(std::string_view text, const std::vector<std::string_view>& known) {
  std::string_view best;
  std::size_t best_edits = 0;
  for (auto name : known) {
    auto longer = std::max(name.size(), text.size());
    auto shorter = std::min(name.size(), text.size());
    // A difference in length alone is that many edits, so most names are out without the table.
    if ((longer - shorter) * 3 > longer)
      continue;
    auto n = edits(text, name);
    if (n * 3 <= longer && (best.empty() || n < best_edits)) {
      best = name;
      best_edits = n;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& known) {
  auto name = nearest_name(text, known);
  return name.empty() ? std::string{} : fmt::format("; did you mean `{}`?", name);
}

} // namespace sweet::command
