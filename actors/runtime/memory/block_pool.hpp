#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/memory/block_header.hpp>
#include <sweet/actors/runtime/memory/runtime_gate.hpp>
#include <sweet/actors/runtime/memory/side_reserve.hpp>
#include <sweet/actors/runtime/system/sanitizers.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

class block_pool;
class local_pool;
class task_home;

// Memory of tasks. A span is 64 KiB of blocks of one size; a local pool belongs to one processor
// and hands out blocks of its spans without any synchronization. A block that another thread frees
// goes back to its span through an atomic list, in batches. Blocks are type-stable: the part in
// front of a body stays constructed until the whole pool goes, so that a snapshot may look at any
// block at any time.

inline constexpr std::size_t span_size = 64 * 1024;
inline constexpr std::size_t span_header = 128;
inline constexpr std::size_t small_limit = 2048;
inline constexpr std::size_t large_limit = 32 * 1024 - span_header;
/// Index 1..32: multiples of 64 bytes; 33..36: 4, 8, 16 and almost 32 KiB; 0: a span of its own.
inline constexpr unsigned size_classes = 37;

/// @returns the class for a block of `bytes` bytes, header included.
constexpr unsigned size_class(std::size_t bytes) noexcept {
  if (bytes <= small_limit)
    return static_cast<unsigned>((bytes + 63) / 64);
  if (bytes > large_limit)
    return 0;
  unsigned c = 33;
  for (std::size_t size = 4096; size < bytes; size *= 2)
    ++c;
  return c;
}

constexpr std::size_t class_block_size(unsigned c) noexcept {
  if (c <= 32)
    return c * 64;
  return c == 36 ? large_limit : std::size_t{4096} << (c - 33);
}

/// The header of a span. Fields without a note belong to the owner's thread.
struct alignas(cache_line) span {
  /// Changes only while the span is empty, under the global pool's lock.
  local_pool* owner = nullptr;
  span* next = nullptr;
  span* prev = nullptr;
  block_header* free = nullptr;
  std::uint32_t used = 0;
  /// Blocks from here on are handed out in the order of their addresses.
  std::uint32_t bump = 0;
  /// How many blocks have been constructed. Release by the owner after construction, acquire by
  /// snapshots before they look at a block.
  std::atomic<std::uint32_t> carved{0};
  std::uint32_t capacity = 0;
  std::uint32_t block_size = 0;
  std::uint8_t cls = 0;
  bool listed = false;
  /// Blocks freed by other threads. Release on push, acquire when the owner takes them all.
  alignas(cache_line) std::atomic<block_header*> remote{nullptr};
  span* next_ready = nullptr;

  std::byte* block(std::uint32_t index) noexcept {
    return reinterpret_cast<std::byte*>(this) + span_header + std::size_t{index} * block_size;
  }
  block_header& header_at(std::uint32_t index) noexcept {
    return *reinterpret_cast<block_header*>(block(index) + header_offset);
  }
};
static_assert(sizeof(span) == span_header);

inline span& span_of(block_header& c) noexcept {
  auto address = reinterpret_cast<std::uintptr_t>(c.block());
  return *reinterpret_cast<span*>(address & ~std::uintptr_t{span_size - 1});
}

/// The blocks of one processor. One thread at a time.
class local_pool {
public:
  explicit local_pool(block_pool& global) noexcept : global_(&global) {}
  local_pool(const local_pool&) = delete;
  local_pool& operator=(const local_pool&) = delete;

  /// Takes a free block, whose body is not initialized.
  /// @throws std::bad_alloc if the system has no memory left.
  block_header& allocate(std::size_t body_size) {
    const auto cls = size_class(body_offset + body_size);
    span* s = current_[cls];
    if (s != nullptr) [[likely]] {
      if (block_header* c = s->free; c != nullptr) {
        s->free = c->link;
        ++s->used;
        if (s->free != nullptr) {
          __builtin_prefetch(s->free, 1);
          __builtin_prefetch(s->free->body(), 1);
        }
        unpoison(*c);
        return *c;
      }
      // Only the owner writes `carved`: relaxed is enough here.
      if (s->bump < s->carved.load(std::memory_order_relaxed)) {
        block_header& c = s->header_at(s->bump++);
        ++s->used;
        unpoison(c);
        return c;
      }
    }
    return allocate_slow(cls, body_offset + body_size);
  }

  /// Takes back a block of any pool, also one of another runtime.
  void free(block_header& c) noexcept {
    poison(c);
    span& s = span_of(c);
    if (s.owner != this) [[unlikely]]
      return free_remote(s, c);
    if (--s.used == 0)
      return span_emptied(s);
    c.link = s.free;
    s.free = &c;
    if (!s.listed && &s != current_[s.cls])
      list(s);
  }

  /// Sends the batch of blocks that belong to another pool home to it.
  void flush() noexcept;

  block_pool& global() const noexcept { return *global_; }

private:
  friend class block_pool;

  block_header& allocate_slow(unsigned cls, std::size_t bytes);
  void free_remote(span& s, block_header& c) noexcept;
  void span_emptied(span& s) noexcept;
  void collect() noexcept;
  void list(span& s) noexcept;
  void unlist(span& s) noexcept;
  /// Under AddressSanitizer the bodies of free blocks must not be touched.
  static void poison([[maybe_unused]] block_header& c) noexcept {
#if SWEET_ADDRESS_SANITIZER
    poison_body(c);
#endif
  }
  static void unpoison([[maybe_unused]] block_header& c) noexcept {
#if SWEET_ADDRESS_SANITIZER
    unpoison_body(c);
#endif
  }
  static void poison_body(block_header& c) noexcept;
  static void unpoison_body(block_header& c) noexcept;

  block_pool* global_;
  std::array<span*, size_classes> current_{};
  std::array<span*, size_classes> available_{};
  std::array<std::uint32_t, size_classes> empty_{};
  span* batch_span_ = nullptr;
  block_header* batch_head_ = nullptr;
  block_header* batch_tail_ = nullptr;
  std::uint32_t batch_size_ = 0;
  /// Spans with blocks in `remote`. Release on push, acquire when the owner takes them all.
  alignas(cache_line) std::atomic<span*> ready_{nullptr};
};

/// How the user of a pool uses its blocks.
struct block_use {
  /// Constructs the part of a block in front of its body, in fresh memory.
  void (*construct)(std::byte* block, task_home& home) noexcept = nullptr;
  /// Whether a block holds a task. Any thread, any block that is constructed.
  bool (*is_live)(const block_header& block) noexcept = nullptr;
  std::size_t side_size = 0; ///< the size of a side block
};

/// All memory of the tasks of one runtime. It outlives the runtime while a handle refers to an
/// ended task. Thread safe.
class block_pool {
public:
  /// Is told that there are about to be this many blocks. @throws std::bad_alloc
  using make_room_fn = void (*)(task_home& home, std::size_t blocks);

  /// @throws std::bad_alloc
  block_pool(task_home& home, const block_use& use, make_room_fn make_room);
  block_pool(const block_pool&) = delete;
  block_pool& operator=(const block_pool&) = delete;

  /// @returns a new pool for one processor; it lives as long as this object.
  local_pool& add_local();

  /// Allocates a block for a thread that drives no processor.
  block_header& allocate_external(std::size_t body_size);
  /// Frees a block for a thread that drives no processor. May delete an abandoned pool.
  void free_external(block_header& c) noexcept;

  /// Calls `look()` while no memory is given back to the system: a pointer to a block stays one.
  template <class F>
  void keep_blocks(F&& look) {
    std::lock_guard guard{spans_mutex_};
    look();
  }

  /// Calls `visit(block_header&)` for each constructed block, live or not, while other threads
  /// work.
  template <class F>
  void for_each(F&& visit) {
    std::lock_guard guard{spans_mutex_};
    for (span* s : spans_)
      // Acquire pairs with the release in carve(): the block is constructed.
      for (std::uint32_t i = 0, n = s->carved.load(std::memory_order_acquire); i < n; ++i)
        visit(s->header_at(i));
  }

  /// @returns how many blocks hold a task, exact while nothing starts or ends.
  std::size_t live();

  /// @returns how many pools there are in the process: those of runtimes, and those of which a
  /// handle still holds a block
  static std::size_t pools() noexcept { return pool_count.load(std::memory_order_relaxed); }

  /// Deletes the pool, now or with the last block that a handle holds. Called by the scheduler at
  /// its end.
  void abandon() noexcept;

  /// Keeps an object that blocks point to for as long as the blocks.
  void keep_alive(std::shared_ptr<void> what) {
    std::lock_guard guard{locals_mutex_};
    kept_alive_.push_back(std::move(what));
  }

  task_home& home() const noexcept { return *home_; }

  /// The gate of the runtime. It lies here because handles to ended tasks may outlive the
  /// scheduler, as the pool does.
  runtime_gate& gate() noexcept { return gate_; }
  side_reserve& spare_sides() noexcept { return spare_sides_; }

private:
  friend class local_pool;

  ~block_pool();
  span& new_span(local_pool& owner, unsigned cls, std::size_t bytes);
  void release_huge(span& s) noexcept;
  span* take_spare(unsigned cls, local_pool& owner) noexcept;
  void give_spare(span& s) noexcept;
  std::byte* map(std::size_t bytes);
  block_header& carve(span& s) noexcept;

  /// Relaxed: only a count.
  inline static std::atomic<std::size_t> pool_count{0};

  task_home* home_;
  runtime_gate gate_;
  side_reserve spare_sides_;
  block_use use_;
  make_room_fn make_room_;
  std::mutex locals_mutex_;
  std::vector<std::unique_ptr<local_pool>> locals_; // locals_mutex_
  std::vector<std::shared_ptr<void>> kept_alive_;   // locals_mutex_
  std::mutex external_mutex_;
  local_pool external_;
  bool abandoned_ = false;         // external_mutex_
  std::size_t abandoned_live_ = 0; // external_mutex_
  std::mutex spans_mutex_;
  std::vector<span*> spans_;
  std::size_t blocks_ = 0; ///< blocks that the spans have room for
  std::array<span*, size_classes> spare_{};
  std::byte* chunk_ = nullptr;
  std::byte* chunk_end_ = nullptr;
  struct mapping {
    void* address;
    std::size_t size;
  };
  std::vector<mapping> mappings_;
};

} // namespace sweet::inline v0_5::detail
