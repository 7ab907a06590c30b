// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/shared_awaiter.hpp>

#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>

namespace sweet::inline v0_5::detail {

bool shared_awaiter_base::retract(wait_source& s, cell&) noexcept {
  auto& w = static_cast<waiter&>(s);
  return remove_waiter(*w.target, w);
}

bool shared_awaiter_base::start_waiting(cell& self) {
  waiter_.self = &self;
  waiter_.ended = [](end_waiter& w) noexcept { wake(*static_cast<waiter&>(w).self); };
  // The wait is announced first: the task may end, and wake us, before add_waiter() returns.
  self.begin_wait(waiter_);
  if (add_waiter(target(), waiter_))
    return true;
  self.end_wait();
  return false;
}

} // namespace sweet::inline v0_5::detail
