#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// A place for a value that many copy. While it has readers, the value stays as it is: so readers
/// copy it while the mutex of the primitive is free. The rest is under that mutex.
template <class T>
struct value_slot {
  std::optional<T> value;
  std::size_t readers = 0;
  bool is_current = false; ///< the primitive has it; otherwise its last reader gives it back
  std::unique_ptr<value_slot> next_free;
};

/// The slots of a primitive: as many as it has held values at a time, and values that were replaced
/// while they had readers. Under the mutex of the primitive.
///
/// Values that have become superfluous are handed out, to be destroyed once the mutex is free:
/// their destructors are the user's.
template <class T>
class slot_pool {
  static_assert(std::is_copy_constructible_v<T>, "each receiver gets a copy of the value");
  static_assert(std::is_nothrow_move_constructible_v<T> && std::is_nothrow_destructible_v<T>,
                "the value is moved while others wait for the mutex: its move constructor must be "
                "noexcept. Use a std::shared_ptr to it");

public:
  slot_pool() noexcept = default;
  slot_pool(const slot_pool&) = delete;
  slot_pool& operator=(const slot_pool&) = delete;
  ~slot_pool() {
    // One after the other: a chain of many would be destroyed by recursion.
    while (free_ != nullptr)
      free_ = std::move(free_->next_free);
  }

  /// Puts a value in the place of the one in `current`, which may be null; in another slot if that
  /// one has readers, the last of which gives it back.
  /// @param old empty; gets the former value if it has no readers
  /// @throws std::bad_alloc, and nothing has changed
  void replace(std::unique_ptr<value_slot<T>>& current, T&& value, std::optional<T>& old) {
    if (current != nullptr && current->readers == 0) {
      old.emplace(std::move(*current->value));
    } else {
      auto fresh = take_free();
      fresh->is_current = true;
      std::swap(current, fresh);
      if (fresh != nullptr)
        fresh.release()->is_current = false;
    }
    current->value.emplace(std::move(value));
  }

  void begin_reading(value_slot<T>& slot) noexcept { ++slot.readers; }
  /// @param old empty; gets the value if it was replaced, and this was its last reader
  void end_reading(value_slot<T>& slot, std::optional<T>& old) noexcept {
    if (--slot.readers != 0 || slot.is_current)
      return;
    old.emplace(std::move(*slot.value));
    slot.value.reset();
    slot.next_free = std::move(free_);
    free_.reset(&slot);
  }

private:
  std::unique_ptr<value_slot<T>> take_free() {
    if (free_ == nullptr)
      return std::make_unique<value_slot<T>>();
    auto slot = std::move(free_);
    free_ = std::move(slot->next_free);
    return slot;
  }

  std::unique_ptr<value_slot<T>> free_;
};

} // namespace sweet::inline v0_5::detail
