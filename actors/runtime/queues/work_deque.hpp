#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/queues/job.hpp>
#include <sweet/actors/runtime/system/cache_line.hpp>
#include <sweet/actors/runtime/system/cpu_pause.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace sweet::inline v0_5::detail {

/// A work-stealing deque: its owner pushes and pops at the bottom, thieves take batches from the
/// top. After the THE protocol of Cilk (Frigo, Leiserson, Randall: The Implementation of the
/// Cilk-5 Multithreaded Language, PLDI 1998), with batches: owner and thief announce their claim
/// first and look at the other's claim then; only on a conflict does the owner take the lock that
/// thieves always take. Indices grow without bound, the ring holds those between top and bottom.
///
/// Ordering: each claim is a sequentially consistent read-modify-write followed by a sequentially
/// consistent load of the other index, so at least one of two conflicting sides sees the other's
/// claim. push() makes the job visible by the release in its exchange of `bottom_`, which a
/// thief's load of `bottom_` acquires. That push() is sequentially consistent, too, is for
/// parking: see idle_set. test/model/deque.pml is the exhaustively checked model.
class work_deque {
public:
  static constexpr std::size_t max_batch = 256;

  work_deque();
  ~work_deque();
  work_deque(const work_deque&) = delete;
  work_deque& operator=(const work_deque&) = delete;

  /// Owner only. @returns false if the ring has to grow and there is no memory for that
  [[nodiscard]] bool push(job j) noexcept {
    return push_at_once(j) || (make_room() && push_at_once(j));
  }

  /// Owner only: pushes if there is room for certain. @returns false if push() has to look first
  [[nodiscard]] bool push_at_once(job j) noexcept {
    const auto b = bottom_.load(std::memory_order_relaxed);
    ring* r = ring_.load(std::memory_order_relaxed);
    // The slack: a thief may have raised top by a batch and lower it again.
    if (b - known_top_ > r->capacity() - slack) [[unlikely]]
      return false;
    r->slot(b).store(j, std::memory_order_relaxed);
    bottom_.exchange(b + 1, std::memory_order_seq_cst);
    return true;
  }

  /// Owner only: takes the youngest job, if there is one. A job that was pushed as woken or started
  /// is no longer marked so, here and in pop_oldest().
  job pop() noexcept {
    auto b = bottom_.load(std::memory_order_relaxed);
    if (b <= top_.load(std::memory_order_relaxed))
      return {};
    --b;
    bottom_.exchange(b, std::memory_order_seq_cst);
    if (top_.load(std::memory_order_seq_cst) >= b) [[unlikely]] {
      if (!take_last(b))
        return {};
    }
    return ring_.load(std::memory_order_relaxed)->slot(b).load(std::memory_order_relaxed).as_any();
  }

  /// Any thread: takes up to half of the jobs, at least one, oldest first, as they were pushed.
  /// @returns how many; 0 if there are none or, unless `insist`, another thief is at work.
  std::size_t steal(job* out, std::size_t max, bool insist = false) noexcept;

  /// Owner only: takes the oldest job, if there is one.
  job pop_oldest() noexcept {
    job j;
    return steal(&j, 1, true) != 0 ? j.as_any() : job{};
  }

  /// Whether the deque is empty. A claim that a thief takes back may make it look empty for a
  /// moment; the thief then goes on looking for work itself. Any thread.
  bool empty() const noexcept {
    return bottom_.load(std::memory_order_seq_cst) <= top_.load(std::memory_order_seq_cst);
  }

  /// Names the oldest job: where it lies, and how many jobs have lain there before.
  struct place {
    std::int64_t index = -1;
    std::uint32_t turn = 0;
    friend bool operator==(const place&, const place&) noexcept = default;
  };

  /// Any thread, a hint: the oldest job if it had better stay with the owner: a woken one with only
  /// a few more, or a started one without any.
  std::optional<place> oldest_if_kept() const noexcept;

  /// Owner only: whether there are so few jobs that thieves may leave woken ones to the owner.
  bool has_few() const noexcept { return bottom() - top_.load(std::memory_order_relaxed) <= few; }

  /// Owner only, a hint: whether there is one job and no more.
  bool has_one() const noexcept { return bottom() - top_.load(std::memory_order_relaxed) == 1; }

  /// Owner only: the index that the next push will use; a watermark for helping.
  std::int64_t bottom() const noexcept { return bottom_.load(std::memory_order_relaxed); }

private:
  class ring {
  public:
    explicit ring(std::int64_t capacity)
        : mask_(capacity - 1),
          slots_(std::make_unique<std::atomic<job>[]>(static_cast<std::size_t>(capacity))) {}
    std::int64_t capacity() const noexcept { return mask_ + 1; }
    std::atomic<job>& slot(std::int64_t index) noexcept {
      return slots_[static_cast<std::size_t>(index & mask_)];
    }

  private:
    std::int64_t mask_;
    std::unique_ptr<std::atomic<job>[]> slots_;
  };

  static constexpr std::int64_t few = 8;
  static constexpr std::int64_t initial_capacity = 1024;
  static constexpr std::int64_t slack = 2 * static_cast<std::int64_t>(max_batch);

  /// Makes room for a push. @returns false if there is no memory
  bool make_room() noexcept;
  // Defined here, since pop() is short if the compiler sees these functions.
  bool take_last(std::int64_t b) noexcept {
    if (top_.load(std::memory_order_relaxed) > b && !resolve_conflict(b))
      return false;
    turn_.store(turn_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return true;
  }
  bool resolve_conflict(std::int64_t b) noexcept {
    lock();
    // No thief holds a claim now: top is what has been taken.
    const auto t = top_.load(std::memory_order_relaxed);
    if (t > b)
      bottom_.store(t, std::memory_order_release);
    unlock();
    return t <= b;
  }
  void lock() noexcept {
    // Acquire pairs with the release in unlock(). Held for a few loads and stores only.
    while (locked_.exchange(true, std::memory_order_acquire))
      while (locked_.load(std::memory_order_relaxed))
        cpu_pause();
  }
  bool try_lock() noexcept {
    return !locked_.load(std::memory_order_relaxed) &&
           !locked_.exchange(true, std::memory_order_acquire);
  }
  void unlock() noexcept { locked_.store(false, std::memory_order_release); }

  alignas(cache_line) std::atomic<std::int64_t> bottom_{0};
  /// A lower bound of `top_`, so that push() rarely touches the thieves' line.
  std::int64_t known_top_ = 0;
  /// How often the owner has popped the oldest job. Relaxed: a hint.
  std::atomic<std::uint32_t> turn_{0};
  std::atomic<ring*> ring_;
  /// All rings ever used: a thief may still read from an old one. Doubling bounds their sum.
  std::vector<std::unique_ptr<ring>> rings_;
  alignas(cache_line) std::atomic<std::int64_t> top_{0};
  std::atomic<bool> locked_{false};
};

} // namespace sweet::inline v0_5::detail
