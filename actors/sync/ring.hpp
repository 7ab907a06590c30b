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

/// A queue in memory that grows by doubling and does not shrink. Not thread safe.
template <class T>
class ring {
  static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>,
                "what goes through a channel is moved while others wait for the channel: its move "
                "constructor must be noexcept. Send a std::unique_ptr to it");

public:
  ring() noexcept = default;
  ring(ring&& other) noexcept { swap(other); }
  ring& operator=(ring&&) = delete;
  ~ring() {
    while (size_ != 0)
      pop_front();
  }

  void swap(ring& other) noexcept {
    std::swap(slots_, other.slots_);
    std::swap(room_, other.room_);
    std::swap(first_, other.first_);
    std::swap(size_, other.size_);
  }

  std::size_t size() const noexcept { return size_; }
  bool is_empty() const noexcept { return size_ == 0; }

  /// Makes room for `n` items in all. @throws std::bad_alloc
  void make_room(std::size_t n) {
    if (n <= room_) [[likely]]
      return;
    ring larger;
    larger.room_ = std::max({n, 2 * room_, std::size_t{8}});
    larger.slots_ = std::make_unique<slot[]>(larger.room_);
    while (size_ != 0)
      larger.push_back(pop_front());
    swap(larger);
  }

  /// @pre there is room
  void push_back(T&& item) noexcept {
    std::size_t i = first_ + size_;
    if (i >= room_)
      i -= room_;
    ::new (slots_[i].memory) T(std::move(item));
    ++size_;
  }

  /// @pre not is_empty()
  T pop_front() noexcept {
    T& front = *std::launder(reinterpret_cast<T*>(slots_[first_].memory));
    T item{std::move(front)};
    front.~T();
    if (++first_ == room_)
      first_ = 0;
    --size_;
    return item;
  }

private:
  struct slot {
    alignas(T) std::byte memory[sizeof(T)];
  };

  std::unique_ptr<slot[]> slots_;
  std::size_t room_ = 0;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

} // namespace sweet::inline v0_5::detail
