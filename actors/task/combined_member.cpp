// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/combined_member.hpp>

#include <algorithm>
#include <stdexcept>

namespace sweet::inline v0_5::detail {

void combined_member::let_go() noexcept {
  cell& c = release();
  if (c.parent.load(std::memory_order_relaxed) == nullptr)
    discard(c);
  else
    drop_child(c);
}

void check_members(std::span<const cell* const> members) {
  std::vector<const cell*> sorted{members.begin(), members.end()};
  std::sort(sorted.begin(), sorted.end(), std::less<>{});
  if (!sorted.empty() && sorted.front() == nullptr)
    throw std::invalid_argument{"a combinator was given a handle without a task"};
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    throw std::invalid_argument{"a combinator was given the same task twice"};
}

} // namespace sweet::inline v0_5::detail
