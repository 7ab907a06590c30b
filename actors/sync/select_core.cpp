// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/select_core.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail {

bool select_core::enter() {
  selection_.begin();
  entered_ = 0;
  for (auto* arm : arms_) {
    arm->who = who;
    arm->among = &selection_;
    arm->arm_number = static_cast<unsigned>(entered_);
    bool in_line = false;
    try {
      in_line = arm->enter();
    } catch (...) {
      if (!selection_.withdraw())
        return true; // one has won before
      leave_others();
      throw;
    }
    if (in_line) {
      ++entered_;
    } else if (arm->is_served()) {
      leave_others();
      return false;
    } else {
      return true; // one that entered before has won, and its wake-up comes
    }
  }
  return true;
}

bool select_core::leave() noexcept {
  if (!selection_.withdraw())
    return false;
  leave_others();
  return true;
}

void select_core::describe(wait_view& view) const noexcept {
  view.on = wait_reason::select;
  for (const auto* arm : arms_) {
    wait_view part;
    arm->describe(part);
    view.until = std::min(view.until, part.until);
  }
}

void select_core::leave_others() noexcept {
  for (std::size_t i = 0; i < entered_; ++i)
    static_cast<void>(arms_[i]->leave());
  entered_ = 0;
}

} // namespace sweet::inline v0_5::detail
