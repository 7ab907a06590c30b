#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/sanitizers.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Keeps the memory of small things that come and go, such as messages, for the next ones: those
/// that one thread makes and another one lets go as well. All memory is from operator new, so any
/// cache, or none, may take back what another one has handed out. One thread at a time.
class node_cache {
public:
  /// Larger things are not kept.
  static constexpr std::size_t largest = 256;

  node_cache() noexcept = default;
  node_cache(const node_cache&) = delete;
  node_cache& operator=(const node_cache&) = delete;
  ~node_cache() {
    for (auto& kept : shelves_)
      while (kept.size != 0)
        ::operator delete(kept.take());
  }

  /// Allocates memory for a thing of `bytes` bytes and ordinary alignment; without a cache, too.
  /// @throws std::bad_alloc
  static void* allocate(node_cache* cache, std::size_t bytes) {
    if (cache != nullptr && bytes <= largest) [[likely]]
      if (auto& kept = cache->shelf_of(bytes); kept.size != 0) [[likely]]
        return kept.take();
    return ::operator new(bytes <= largest ? rounded(bytes) : bytes);
  }

  /// Takes memory back that was allocated for `bytes` bytes.
  static void free(node_cache* cache, void* memory, std::size_t bytes) noexcept {
    if (cache != nullptr && bytes <= largest) [[likely]]
      if (auto& kept = cache->shelf_of(bytes); kept.size != most_kept) [[likely]]
        return kept.put(memory);
    ::operator delete(memory);
  }

private:
  static constexpr std::size_t step = 64;
  /// AddressSanitizer sees what is used after its end only if nothing is kept.
  static constexpr std::uint32_t most_kept = SWEET_ADDRESS_SANITIZER ? 0 : 64;

  static constexpr std::size_t rounded(std::size_t bytes) noexcept {
    return (bytes + step - 1) / step * step;
  }

  struct free_node {
    free_node* next;
  };
  struct shelf {
    free_node* first = nullptr;
    std::uint32_t size = 0;

    void* take() noexcept {
      --size;
      return std::exchange(first, first->next);
    }
    void put(void* memory) noexcept {
      ++size;
      first = new (memory) free_node{first};
    }
  };
  shelf& shelf_of(std::size_t bytes) noexcept { return shelves_[(bytes - 1) / step]; }

  std::array<shelf, largest / step> shelves_;
};

} // namespace sweet::inline v0_5::detail
