// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/injection_queue.hpp>

#include <chrono>
#include <new>
#include <thread>
#include <utility>

namespace sweet::inline v0_5::detail {

injection_queue::injection_queue() {
  hold_places(0);
}

injection_queue::~injection_queue() {
  for (auto& l : lanes_)
    if (l.last != nullptr)
      l.last->next = std::exchange(free_, l.first);
  while (free_ != nullptr)
    delete std::exchange(free_, free_->next);
}

void injection_queue::hold_places(std::size_t tasks) {
  std::lock_guard guard{mutex_};
  for (const auto wanted = chunks_for(tasks + other_places); chunks_ < wanted; ++chunks_) {
    auto* fresh = new chunk;
    fresh->next = std::exchange(free_, fresh);
  }
  wanted_ = chunks_for(tasks + other_places);
}

void injection_queue::push(job j, unsigned number) noexcept {
  while (!try_push(lanes_[number], j))
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
}

/// Queues a job. @returns false if there is no memory for it
bool injection_queue::try_push(lane& to, job j) noexcept {
  std::lock_guard guard{mutex_};
  if (to.last == nullptr || to.end == chunk::capacity) {
    chunk* fresh = free_;
    if (fresh != nullptr) {
      free_ = fresh->next;
    } else if (fresh = new (std::nothrow) chunk; fresh != nullptr) {
      ++chunks_;
    } else {
      return false;
    }
    fresh->next = nullptr;
    (to.last != nullptr ? to.last->next : to.first) = fresh;
    to.last = fresh;
    to.end = 0;
  }
  to.last->jobs[to.end++] = j;
  ++to.size;
  // Sequentially consistent: see idle_set.
  size_.fetch_add(1, std::memory_order_seq_cst);
  return true;
}

/// Takes the oldest job of a lane. @pre the mutex is held, and the lane is not empty
job injection_queue::pop(lane& from) noexcept {
  chunk& first = *from.first;
  const job j = first.jobs[from.begin++];
  if (--from.size == 0 || from.begin == chunk::capacity) {
    from.begin = 0;
    from.first = first.next;
    if (from.first == nullptr)
      from.last = nullptr;
    if (chunks_ > wanted_) {
      --chunks_;
      delete &first;
    } else {
      first.next = std::exchange(free_, &first);
    }
  }
  return j;
}

} // namespace sweet::inline v0_5::detail
