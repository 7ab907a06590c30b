// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/idle_set.hpp>

#include <algorithm>

namespace sweet::inline v0_5::detail {

void idle_set::prepare_sleep(sleeper& s) {
  searching_.fetch_sub(1, std::memory_order_seq_cst);
  std::lock_guard guard{mutex_};
  sleepers_.push_back(&s);
  sleeping_.fetch_add(1, std::memory_order_seq_cst);
}

bool idle_set::cancel_sleep(sleeper& s) noexcept {
  std::lock_guard guard{mutex_};
  auto i = std::find(sleepers_.begin(), sleepers_.end(), &s);
  if (i == sleepers_.end())
    return false;
  sleepers_.erase(i);
  sleeping_.fetch_sub(1, std::memory_order_seq_cst);
  return true;
}

void idle_set::wake_one() noexcept {
  sleeper* s = nullptr;
  {
    std::lock_guard guard{mutex_};
    if (sleepers_.empty())
      return;
    s = sleepers_.back();
    sleepers_.pop_back();
    sleeping_.fetch_sub(1, std::memory_order_seq_cst);
  }
  s->wake_up.set();
}

void idle_set::wake_all() noexcept {
  for (;;) {
    std::unique_lock guard{mutex_};
    if (sleepers_.empty())
      return;
    guard.unlock();
    wake_one();
  }
}

} // namespace sweet::inline v0_5::detail
