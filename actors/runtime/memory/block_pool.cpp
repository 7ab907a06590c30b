// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/memory/block_pool.hpp>

#include <sweet/actors/runtime/memory/make_room.hpp>

#include <algorithm>
#include <new>
#include <sys/mman.h>

#if SWEET_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#include <sanitizer/lsan_interface.h>
#define SWEET_POISON(address, size) ASAN_POISON_MEMORY_REGION(address, size)
#define SWEET_UNPOISON(address, size) ASAN_UNPOISON_MEMORY_REGION(address, size)
#else
#define SWEET_POISON(address, size) static_cast<void>(0)
#define SWEET_UNPOISON(address, size) static_cast<void>(0)
#endif

namespace sweet::inline v0_5::detail {

namespace {

constexpr std::size_t chunk_size = std::size_t{2} << 20; // one huge page
constexpr std::uint32_t batch_limit = 64;
// More empty spans of a class than this go to the global pool, for other processors.
constexpr std::uint32_t empty_limit = 16;

} // namespace

// -- local_pool -----------------------------------------------------------------------------------

void local_pool::poison_body([[maybe_unused]] block_header& c) noexcept {
  SWEET_POISON(c.body(), span_of(c).block_size - body_offset);
}

void local_pool::unpoison_body([[maybe_unused]] block_header& c) noexcept {
  SWEET_UNPOISON(c.body(), span_of(c).block_size - body_offset);
}

void local_pool::list(span& s) noexcept {
  s.listed = true;
  s.prev = nullptr;
  s.next = available_[s.cls];
  if (s.next != nullptr)
    s.next->prev = &s;
  available_[s.cls] = &s;
}

void local_pool::unlist(span& s) noexcept {
  s.listed = false;
  (s.prev != nullptr ? s.prev->next : available_[s.cls]) = s.next;
  if (s.next != nullptr)
    s.next->prev = s.prev;
}

void local_pool::span_emptied(span& s) noexcept {
  if (s.cls == 0)
    return global_->release_huge(s);
  // Hand out in the order of addresses again: scattered free lists cost cache misses.
  s.free = nullptr;
  s.bump = 0;
  if (&s == current_[s.cls])
    return;
  if (empty_[s.cls] >= empty_limit) {
    if (s.listed)
      unlist(s);
    return global_->give_spare(s);
  }
  ++empty_[s.cls];
  if (!s.listed)
    list(s);
}

void local_pool::free_remote(span& s, block_header& c) noexcept {
  if (&s.owner->global() != global_)
    return s.owner->global().free_external(c);
  if (&s != batch_span_ || batch_size_ == batch_limit) {
    flush();
    batch_span_ = &s;
  }
  c.link = batch_head_;
  batch_head_ = &c;
  if (batch_tail_ == nullptr)
    batch_tail_ = &c;
  ++batch_size_;
}

void local_pool::flush() noexcept {
  span* s = batch_span_;
  if (s == nullptr)
    return;
  // The span cannot change its owner while it waits for blocks of ours.
  local_pool* owner = s->owner;
  block_header* others = s->remote.load(std::memory_order_relaxed);
  do
    batch_tail_->link = others;
  while (!s->remote.compare_exchange_weak(others, batch_head_, std::memory_order_acq_rel,
                                          std::memory_order_relaxed));
  // The thread that makes the list non-empty announces the span; the owner takes the span off
  // `ready_` before it empties the list, so a span is announced at most once at a time.
  if (others == nullptr) {
    span* head = owner->ready_.load(std::memory_order_relaxed);
    do
      s->next_ready = head;
    while (!owner->ready_.compare_exchange_weak(head, s, std::memory_order_acq_rel,
                                                std::memory_order_relaxed));
  }
  batch_span_ = nullptr;
  batch_head_ = batch_tail_ = nullptr;
  batch_size_ = 0;
}

void local_pool::collect() noexcept {
  span* s = ready_.exchange(nullptr, std::memory_order_acq_rel);
  while (s != nullptr) {
    span* next = s->next_ready;
    block_header* c = s->remote.exchange(nullptr, std::memory_order_acq_rel);
    bool emptied = false;
    while (c != nullptr) {
      block_header* following = c->link;
      c->link = s->free;
      s->free = c;
      emptied = --s->used == 0;
      c = following;
    }
    if (emptied)
      span_emptied(*s);
    else if (!s->listed && s != current_[s->cls])
      list(*s);
    s = next;
  }
}

block_header& local_pool::allocate_slow(unsigned cls, std::size_t bytes) {
  if (cls == 0) {
    span& s = global_->new_span(*this, cls, bytes);
    ++s.used;
    return global_->carve(s);
  }
  if (ready_.load(std::memory_order_relaxed) != nullptr)
    collect();
  span* s = current_[cls];
  if (s == nullptr || (s->free == nullptr && s->bump == s->capacity)) {
    s = available_[cls];
    if (s != nullptr) {
      unlist(*s);
      if (s->used == 0)
        --empty_[cls];
    } else if (s = global_->take_spare(cls, *this); s == nullptr) {
      s = &global_->new_span(*this, cls, bytes);
    }
    current_[cls] = s;
  }
  ++s->used;
  block_header* c = s->free;
  if (c == nullptr)
    return global_->carve(*s);
  s->free = c->link;
  unpoison(*c);
  return *c;
}

// -- block_pool -----------------------------------------------------------------------------------

/// The spans of one pool, where a debugger finds them in a process that it has stopped, or in a
/// core. See apps/gdb/sweet_gdb.py.
struct known_pool {
  const std::vector<span*>* spans;
  known_pool* next;
};

} // namespace sweet::inline v0_5::detail

/// All pools, the newest first.
extern "C" {
extern sweet::detail::known_pool* sweet_debug_pools;
sweet::detail::known_pool* sweet_debug_pools = nullptr;
}

namespace sweet::inline v0_5::detail {

namespace {

std::mutex known_pools_mutex;

void make_known(const std::vector<span*>& spans) {
  std::lock_guard guard{known_pools_mutex};
  sweet_debug_pools = new known_pool{&spans, sweet_debug_pools};
}

void forget(const std::vector<span*>& spans) noexcept {
  std::lock_guard guard{known_pools_mutex};
  known_pool** at = &sweet_debug_pools;
  while ((*at)->spans != &spans)
    at = &(*at)->next;
  delete std::exchange(*at, (*at)->next);
}

} // namespace

block_pool::block_pool(task_home& home, const block_use& use, make_room_fn make_room)
    : home_(&home), spare_sides_(use.side_size), use_(use), make_room_(make_room),
      external_(*this) {
  make_known(spans_);
  pool_count.fetch_add(1, std::memory_order_relaxed);
}

namespace {

// Makes the leak check look for pointers in blocks, too: those of tasks that are kept for good.
void tell_leak_check([[maybe_unused]] void* address, [[maybe_unused]] std::size_t size) noexcept {
#if SWEET_ADDRESS_SANITIZER
  __lsan_register_root_region(address, size);
#endif
}

void unmap(void* address, std::size_t size) noexcept {
  SWEET_UNPOISON(address, size);
#if SWEET_ADDRESS_SANITIZER
  __lsan_unregister_root_region(address, size);
#endif
  munmap(address, size);
}

} // namespace

block_pool::~block_pool() {
  pool_count.fetch_sub(1, std::memory_order_relaxed);
  forget(spans_);
  for (auto& m : mappings_)
    unmap(m.address, m.size);
}

local_pool& block_pool::add_local() {
  std::lock_guard guard{locals_mutex_};
  return *locals_.emplace_back(std::make_unique<local_pool>(*this));
}

block_header& block_pool::allocate_external(std::size_t body_size) {
  std::lock_guard guard{external_mutex_};
  return external_.allocate(body_size);
}

void block_pool::free_external(block_header& c) noexcept {
  bool last = false;
  {
    std::lock_guard guard{external_mutex_};
    external_.free(c);
    external_.flush();
    last = abandoned_ && --abandoned_live_ == 0;
  }
  if (last)
    delete this;
}

std::size_t block_pool::live() {
  std::size_t n = 0;
  for_each([&](const block_header& c) { n += use_.is_live(c) ? 1 : 0; });
  return n;
}

void block_pool::abandon() noexcept {
  {
    std::lock_guard guard{external_mutex_};
    abandoned_live_ = live();
    abandoned_ = true;
    if (abandoned_live_ != 0)
      return;
  }
  delete this;
}

std::byte* block_pool::map(std::size_t bytes) {
  // Mapped with room for the alignment that the address arithmetic of spans needs.
  const std::size_t alignment = bytes >= chunk_size ? chunk_size : span_size;
  make_room(mappings_);
  void* p =
      mmap(nullptr, bytes + alignment, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED)
    throw std::bad_alloc{};
  mappings_.push_back({p, bytes + alignment});
  tell_leak_check(p, bytes + alignment);
  auto address = (reinterpret_cast<std::uintptr_t>(p) + alignment - 1) & ~(alignment - 1);
  // A hint: without huge pages all works, but slower.
  madvise(reinterpret_cast<void*>(address), bytes, MADV_HUGEPAGE);
  return reinterpret_cast<std::byte*>(address);
}

span& block_pool::new_span(local_pool& owner, unsigned cls, std::size_t bytes) {
  std::lock_guard guard{spans_mutex_};
  make_room(spans_);
  const auto capacity =
      cls == 0 ? 1 : static_cast<std::uint32_t>((span_size - span_header) / class_block_size(cls));
  // The tasks of these blocks can be queued, whatever happens.
  make_room_(*home_, blocks_ + capacity);
  std::byte* memory = nullptr;
  if (cls == 0) {
    memory = map((span_header + bytes + span_size - 1) & ~(span_size - 1));
  } else {
    if (chunk_ == chunk_end_) {
      chunk_ = map(chunk_size);
      chunk_end_ = chunk_ + chunk_size;
    }
    memory = chunk_;
    chunk_ += span_size;
  }
  auto* s = new (memory) span;
  s->owner = &owner;
  s->cls = static_cast<std::uint8_t>(cls);
  s->block_size = static_cast<std::uint32_t>(cls == 0 ? bytes : class_block_size(cls));
  s->capacity = capacity;
  blocks_ += capacity;
  spans_.push_back(s);
  return *s;
}

void block_pool::release_huge(span& s) noexcept {
  std::lock_guard guard{spans_mutex_};
  std::erase(spans_, &s);
  --blocks_;
  auto inside = [&s](const mapping& m) {
    auto* begin = static_cast<std::byte*>(m.address);
    auto* p = reinterpret_cast<std::byte*>(&s);
    return p >= begin && p < begin + m.size;
  };
  auto m = std::find_if(mappings_.begin(), mappings_.end(), inside);
  unmap(m->address, m->size);
  mappings_.erase(m);
}

span* block_pool::take_spare(unsigned cls, local_pool& owner) noexcept {
  std::lock_guard guard{spans_mutex_};
  span* s = spare_[cls];
  if (s != nullptr) {
    spare_[cls] = s->next;
    s->owner = &owner;
  }
  return s;
}

void block_pool::give_spare(span& s) noexcept {
  std::lock_guard guard{spans_mutex_};
  s.next = spare_[s.cls];
  spare_[s.cls] = &s;
}

block_header& block_pool::carve(span& s) noexcept {
  const auto index = s.bump++;
  block_header& c = s.header_at(index);
  if (index == s.carved.load(std::memory_order_relaxed)) {
    use_.construct(s.block(index), *home_);
    // Release pairs with the acquire in for_each().
    s.carved.store(index + 1, std::memory_order_release);
  }
  local_pool::unpoison(c);
  return c;
}

} // namespace sweet::inline v0_5::detail
