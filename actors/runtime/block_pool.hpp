#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell.hpp>
#include <sweet/actors/runtime/runtime_gate.hpp>
#include <sweet/actors/runtime/sanitizers.hpp>
#include <sweet/actors/runtime/side_reserve.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sweet::detail {

class block_pool;
class local_pool;

// Memory of tasks. A span is 64 KiB of blocks of one size; a local pool belongs to one processor
// and hands out blocks of its spans without any synchronization. A block that another thread
// frees goes back to its span through an atomic list, in batches. Blocks are type-stable: once
// made, the control block, the actor and the cell in a block stay constructed until the whole
// pool goes, so that a snapshot may look at any block at any time.

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
  cell* free = nullptr;
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
  alignas(cache_line) std::atomic<cell*> remote{nullptr};
  span* next_ready = nullptr;

  std::byte* block(std::uint32_t index) noexcept {
    return reinterpret_cast<std::byte*>(this) + span_header + std::size_t{index} * block_size;
  }
  cell& cell_at(std::uint32_t index) noexcept {
    return *reinterpret_cast<cell*>(block(index) + cell_offset);
  }
};
static_assert(sizeof(span) == span_header);

inline span& span_of(cell& c) noexcept {
  auto address = reinterpret_cast<std::uintptr_t>(c.block());
  return *reinterpret_cast<span*>(address & ~std::uintptr_t{span_size - 1});
}

/// The blocks of one processor. One thread at a time.
class local_pool {
public:
  explicit local_pool(block_pool& global) noexcept : global_(&global) {}
  local_pool(const local_pool&) = delete;
  local_pool& operator=(const local_pool&) = delete;

  /// @returns a block whose cell is not live, its body not initialized.
  /// @throws std::bad_alloc if the system has no memory left.
  cell& allocate(std::size_t body_size) {
    const auto cls = size_class(body_offset + body_size);
    span* s = current_[cls];
    if (s != nullptr) [[likely]] {
      if (cell* c = s->free; c != nullptr) {
        s->free = c->next;
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
        cell& c = s->cell_at(s->bump++);
        ++s->used;
        unpoison(c);
        return c;
      }
    }
    return allocate_slow(cls, body_offset + body_size);
  }

  /// Takes back a block of any pool, also one of another runtime.
  void free(cell& c) noexcept {
    c.state.store(0, std::memory_order_relaxed);
    poison(c);
    span& s = span_of(c);
    if (s.owner != this) [[unlikely]]
      return free_remote(s, c);
    if (--s.used == 0)
      return span_emptied(s);
    c.next = s.free;
    s.free = &c;
    if (!s.listed && &s != current_[s.cls])
      list(s);
  }

  /// Sends the batch of blocks that belong to another pool home.
  void flush() noexcept;

  block_pool& global() const noexcept { return *global_; }

private:
  friend class block_pool;

  cell& allocate_slow(unsigned cls, std::size_t bytes);
  void free_remote(span& s, cell& c) noexcept;
  void span_emptied(span& s) noexcept;
  void collect() noexcept;
  void list(span& s) noexcept;
  void unlist(span& s) noexcept;
  /// Under AddressSanitizer the bodies of free blocks must not be touched.
  static void poison([[maybe_unused]] cell& c) noexcept {
#if SWEET_ADDRESS_SANITIZER
    poison_body(c);
#endif
  }
  static void unpoison([[maybe_unused]] cell& c) noexcept {
#if SWEET_ADDRESS_SANITIZER
    unpoison_body(c);
#endif
  }
  static void poison_body(cell& c) noexcept;
  static void unpoison_body(cell& c) noexcept;

  block_pool* global_;
  std::array<span*, size_classes> current_{};
  std::array<span*, size_classes> available_{};
  std::array<std::uint32_t, size_classes> empty_{};
  span* batch_span_ = nullptr;
  cell* batch_head_ = nullptr;
  cell* batch_tail_ = nullptr;
  std::uint32_t batch_size_ = 0;
  /// Spans with blocks in `remote`. Release on push, acquire when the owner takes them all.
  alignas(cache_line) std::atomic<span*> ready_{nullptr};
};

/// All memory of one scheduler's tasks. It outlives the scheduler as long as somebody holds a
/// handle to an ended task. Thread safe.
class block_pool {
public:
  /// Constructs control block, actor and cell in fresh memory.
  using construct_fn = void (*)(std::byte* block, scheduler& home) noexcept;

  /// @throws std::bad_alloc
  block_pool(scheduler& home, construct_fn construct);
  block_pool(const block_pool&) = delete;
  block_pool& operator=(const block_pool&) = delete;

  /// @returns a new pool for one processor; it lives as long as this object.
  local_pool& add_local();

  /// Allocates for a thread that drives no processor.
  cell& allocate_external(std::size_t body_size);
  /// Frees for a thread that drives no processor. May delete an abandoned pool.
  void free_external(cell& c) noexcept;

  /// Calls `look()` while no memory is given back to the system: whatever was a block is one.
  template <class F>
  void keep_blocks(F&& look) {
    std::lock_guard guard{spans_mutex_};
    look();
  }

  /// Calls `visit(cell&)` for each constructed block, live or not, while others work.
  template <class F>
  void for_each(F&& visit) {
    std::lock_guard guard{spans_mutex_};
    for (span* s : spans_)
      // Acquire pairs with the release in carve(): the block is constructed.
      for (std::uint32_t i = 0, n = s->carved.load(std::memory_order_acquire); i < n; ++i)
        visit(s->cell_at(i));
  }

  /// @returns how many blocks hold a task, exact while nothing starts or ends.
  std::size_t live();

  /// @returns how many pools there are in the process: those of runtimes, and those of which
  /// somebody still holds a block
  static std::size_t pools() noexcept { return pool_count.load(std::memory_order_relaxed); }

  /// The scheduler's last word: deletes the pool, now or with the last block that a handle holds.
  void abandon() noexcept;

  /// Keeps something that blocks point to as long as the blocks.
  void keep_alive(std::shared_ptr<void> what) {
    std::lock_guard guard{locals_mutex_};
    kept_alive_.push_back(std::move(what));
  }

  scheduler& home() const noexcept { return *home_; }

  /// Here because handles to ended tasks outlive the scheduler, as this does.
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
  cell& carve(span& s) noexcept;

  /// A count: relaxed.
  inline static std::atomic<std::size_t> pool_count{0};

  scheduler* home_;
  runtime_gate gate_;
  side_reserve spare_sides_;
  construct_fn construct_;
  std::mutex locals_mutex_;
  std::vector<std::unique_ptr<local_pool>> locals_; // locals_mutex_
  std::vector<std::shared_ptr<void>> kept_alive_;   // locals_mutex_
  std::mutex external_mutex_;
  local_pool external_;
  bool abandoned_ = false;         // external_mutex_
  std::size_t abandoned_live_ = 0; // external_mutex_
  std::mutex spans_mutex_;
  std::vector<span*> spans_;
  std::size_t blocks_ = 0; ///< that the spans have room for
  std::array<span*, size_classes> spare_{};
  std::byte* chunk_ = nullptr;
  std::byte* chunk_end_ = nullptr;
  struct mapping {
    void* address;
    std::size_t size;
  };
  std::vector<mapping> mappings_;
};

} // namespace sweet::detail
