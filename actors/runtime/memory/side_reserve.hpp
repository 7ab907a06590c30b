#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <atomic>
#include <cstddef>
#include <mutex>

namespace sweet::inline v0_5::detail {

/// Memory for side blocks, pieces of one size, that a runtime keeps for the moment when there is no
/// other memory: a task that fails or is cancelled may need a side block, and must get one. Thread
/// safe.
class side_reserve {
public:
  static constexpr std::size_t capacity = 64;

  /// @throws std::bad_alloc
  explicit side_reserve(std::size_t size);
  ~side_reserve();
  side_reserve(const side_reserve&) = delete;
  side_reserve& operator=(const side_reserve&) = delete;

  /// Takes memory for a side_block, as from operator new; null if all of it is taken.
  void* take() noexcept;

  /// Whether pieces have been taken and not been replaced. A hint.
  bool is_short() const noexcept {
    // Relaxed: a piece that is missed here is given back by the next caller.
    return left_.load(std::memory_order_relaxed) < capacity;
  }

  /// Takes over the memory of a side_block, from here or from operator new.
  void give_back(void* memory) noexcept;

private:
  struct spare {
    spare* next;
  };

  const std::size_t size_;
  std::mutex mutex_;
  spare* first_ = nullptr;           // mutex_
  std::atomic<std::size_t> left_{0}; // written under mutex_
};

} // namespace sweet::inline v0_5::detail
