// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/child_set.hpp>

#include <sweet/actors/runtime/cell/side_block.hpp>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace sweet::inline v0_5::detail {

child_set::~child_set() {
  if (has_entered())
    side_->child_sets[slot_ - 1u] = nullptr;
}

cell& child_set::parent() const noexcept {
  return *side_->owner;
}

void child_set::enter(cell& parent) {
  side_block& side = side_of(parent);
  auto& sets = side.child_sets;
  auto free_slot = std::find(sets.begin(), sets.end(), nullptr);
  if (free_slot == sets.end()) {
    if (sets.size() == std::numeric_limits<std::uint16_t>::max())
      throw std::length_error{"a task can have 65,535 task groups at the same time"};
    free_slot = sets.insert(free_slot, nullptr);
  }
  *free_slot = this;
  slot_ = static_cast<std::uint16_t>(free_slot - sets.begin() + 1);
  side_ = &side;
}

void child_set::wait() noexcept {
  parent().begin_wait(*this);
}

} // namespace sweet::inline v0_5::detail
