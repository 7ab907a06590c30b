// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/work_deque.hpp>

#include <algorithm>
#include <new>

namespace sweet::inline v0_5::detail {

work_deque::work_deque() {
  rings_.push_back(std::make_unique<ring>(initial_capacity));
  ring_.store(rings_.back().get(), std::memory_order_release);
}

work_deque::~work_deque() = default;

bool work_deque::make_room() noexcept {
  const auto b = bottom_.load(std::memory_order_relaxed);
  ring* r = ring_.load(std::memory_order_relaxed);
  // Acquire: the thieves' reads of the slots below top happen before we write there.
  known_top_ = top_.load(std::memory_order_acquire);
  if (b - known_top_ <= r->capacity() - slack)
    return true;
  std::unique_ptr<ring> bigger;
  try {
    bigger = std::make_unique<ring>(r->capacity() * 2);
    rings_.reserve(rings_.size() + 1);
  } catch (const std::bad_alloc&) {
    return false;
  }
  lock();
  for (auto i = top_.load(std::memory_order_relaxed); i < b; ++i)
    bigger->slot(i).store(r->slot(i).load(std::memory_order_relaxed), std::memory_order_relaxed);
  // Release: a thief that sees the new ring sees its slots.
  ring_.store(bigger.get(), std::memory_order_release);
  unlock();
  rings_.push_back(std::move(bigger));
  return true;
}

std::optional<work_deque::place> work_deque::oldest_if_kept() const noexcept {
  const auto t = top_.load(std::memory_order_relaxed);
  // Acquire, here and below: the slot has been written, and the ring.
  const auto size = bottom_.load(std::memory_order_acquire) - t;
  if (size < 1 || size > few)
    return std::nullopt;
  const place oldest{t, turn_.load(std::memory_order_relaxed)};
  ring* r = ring_.load(std::memory_order_acquire);
  const job j = r->slot(t).load(std::memory_order_relaxed);
  if (!j.is_woken() && (size > 1 || !j.is_started()))
    return std::nullopt;
  return oldest;
}

std::size_t work_deque::steal(job* out, std::size_t max, bool insist) noexcept {
  if (empty())
    return 0;
  if (insist)
    lock();
  else if (!try_lock())
    return 0;
  const auto t = top_.load(std::memory_order_relaxed);
  auto n = std::min((bottom_.load(std::memory_order_acquire) - t + 1) / 2,
                    static_cast<std::int64_t>(std::min(max, max_batch)));
  while (n > 0) {
    top_.exchange(t + n, std::memory_order_seq_cst);
    const auto b = bottom_.load(std::memory_order_seq_cst);
    if (t + n <= b)
      break;
    // The owner has popped into our claim: take the claim back and ask for less.
    top_.store(t, std::memory_order_seq_cst);
    n = std::min((b - t + 1) / 2, n - 1);
  }
  if (n > 0) {
    ring* r = ring_.load(std::memory_order_acquire);
    for (std::int64_t i = 0; i < n; ++i)
      out[i] = r->slot(t + i).load(std::memory_order_relaxed);
  }
  unlock();
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

} // namespace sweet::inline v0_5::detail
