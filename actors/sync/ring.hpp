#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// The slots of a queue, of which the n-th item that goes in uses slot n modulo their number. They
/// double when they grow, and do not shrink. Of the items in it, its owner knows the first and the
/// end. Thread safe as far as it is used for one slot by one thread at a time.
template <class T>
class ring {
  static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>,
                "what goes through a channel is moved while others wait for the channel: its move "
                "constructor must be noexcept. Send a std::unique_ptr to it");

public:
  ring() noexcept = default;
  ring(const ring&) = delete;
  ring& operator=(const ring&) = delete;

  void swap(ring& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(size_, other.size_);
  }

  std::size_t size() const noexcept { return size_; }

  /// Moves the items to twice as many slots. @throws std::bad_alloc
  void grow(std::size_t first, std::size_t end) {
    ring larger;
    larger.size_ = std::max(2 * size_, std::size_t{8});
    larger.slots_ = std::make_unique<slot[]>(larger.size_);
    for (; first != end; ++first)
      larger.put(first, take(first));
    swap(larger);
  }

  /// @pre the slot is free
  void put(std::size_t n, T&& item) noexcept { ::new (at(n).memory) T(std::move(item)); }

  /// @pre the slot has an item
  T take(std::size_t n) noexcept {
    T item{std::move(item_at(n))};
    std::destroy_at(&item_at(n));
    return item;
  }

  /// Destroys the items.
  void clear(std::size_t first, std::size_t end) noexcept {
    for (; first != end; ++first)
      std::destroy_at(&item_at(first));
  }

private:
  struct slot {
    alignas(T) std::byte memory[sizeof(T)];
  };

  slot& at(std::size_t n) noexcept { return slots_[n & (size_ - 1)]; }
  T& item_at(std::size_t n) noexcept { return *std::launder(reinterpret_cast<T*>(at(n).memory)); }

  std::unique_ptr<slot[]> slots_;
  std::size_t size_ = 0; ///< a power of two
};

} // namespace sweet::inline v0_5::detail
