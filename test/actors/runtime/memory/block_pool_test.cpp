// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/system/sanitizers.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <latch>
#include <memory>
#include <new>
#include <thread>
#include <vector>

#include <sys/mman.h>

#if SWEET_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#endif

using namespace sweet::detail;

namespace block_pool_test {
namespace {

constexpr std::size_t small_body = 64;
constexpr auto small_class = size_class(body_offset + small_body);
constexpr auto blocks_per_span = (span_size - span_header) / class_block_size(small_class);

std::atomic<std::size_t> constructed{0};

struct alignas(cache_line) cell : block_header {
  std::atomic<bool> live{false};
  std::size_t round = 0;
};

void construct(std::byte* block, task_home&) noexcept {
  new (block + header_offset) cell;
  ++constructed;
}

bool is_live(const block_header& block) noexcept {
  return static_cast<const cell&>(block).live;
}

block_pool* new_pool(task_home& home) {
  return new block_pool{home, {construct, is_live, 64}, [](task_home&, std::size_t) {}};
}

void release(local_pool& to, cell& c) {
  c.live = false;
  to.free(c);
}

void release(block_pool& to, cell& c) {
  c.live = false;
  to.free_external(c);
}

bool is_mapped(void* address) {
  auto* const page =
      reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(address) & ~std::uintptr_t{0xfff});
  unsigned char resident = 0;
  return ::mincore(page, 1, &resident) == 0;
}

// A pool for two processors that makes mere cells.
struct pool_fixture {
  pool_fixture() { constructed = 0; }
  ~pool_fixture() {
    // A pool lives as long as its last block.
    std::vector<cell*> live;
    pool->for_each([&](block_header& block) {
      if (is_live(block))
        live.push_back(&static_cast<cell&>(block));
    });
    free_all(here, live);
    pool->abandon();
  }

  static cell& allocate(local_pool& from, std::size_t body_size = small_body) {
    return mark_live(from.allocate(body_size));
  }
  static cell& mark_live(block_header& block) {
    auto& c = static_cast<cell&>(block);
    c.live = true;
    return c;
  }
  static std::vector<cell*> allocate_many(local_pool& from, std::size_t n) {
    std::vector<cell*> result;
    for (; n != 0; --n)
      result.push_back(&allocate(from));
    return result;
  }
  static void free_all(local_pool& to, const std::vector<cell*>& cells) {
    for (cell* c : cells)
      release(to, *c);
  }

  std::size_t blocks() const {
    std::size_t n = 0;
    pool->for_each([&](block_header&) { ++n; });
    return n;
  }

  sweet::runtime rt{sweet::runtime_options{.workers = 1}};
  block_pool* pool = new_pool(rt.home());
  local_pool& here = pool->add_local();
  local_pool& there = pool->add_local();
};

} // namespace
} // namespace block_pool_test

BOOST_FIXTURE_TEST_SUITE(block_pool_test, pool_fixture)

BOOST_AUTO_TEST_CASE(each_size_has_the_smallest_class_that_holds_it) {
  for (std::size_t bytes = 1; bytes <= large_limit; ++bytes) {
    const auto c = size_class(bytes);
    BOOST_REQUIRE(c >= 1);
    BOOST_REQUIRE(c < size_classes);
    BOOST_REQUIRE(class_block_size(c) >= bytes);
    BOOST_REQUIRE(c == 1 || class_block_size(c - 1) < bytes);
  }
  BOOST_TEST(size_class(large_limit + 1) == 0u);
}

BOOST_AUTO_TEST_CASE(blocks_are_aligned_and_apart) {
  for (const std::size_t body :
       {std::size_t{1}, std::size_t{64}, std::size_t{65}, std::size_t{1000}, std::size_t{2048},
        std::size_t{5000}, std::size_t{30'000}, std::size_t{40'000}}) {
    std::vector<cell*> cells;
    for (int i = 0; i < 20; ++i) {
      cell& c = allocate(here, body);
      BOOST_TEST(reinterpret_cast<std::uintptr_t>(c.block()) % cache_line == 0u);
      std::memset(c.body(), i, body);
      cells.push_back(&c);
    }
    for (std::size_t i = 0; i < cells.size(); ++i) {
      auto* bytes = static_cast<unsigned char*>(cells[i]->body());
      BOOST_TEST(std::all_of(bytes, bytes + body, [&](unsigned char b) { return b == i; }));
    }
    free_all(here, cells);
  }
}

BOOST_AUTO_TEST_CASE(fresh_blocks_come_in_the_order_of_their_addresses) {
  const auto cells = allocate_many(here, 2 * blocks_per_span);
  BOOST_TEST(constructed == cells.size());
  BOOST_TEST(std::is_sorted(cells.begin(), cells.begin() + blocks_per_span));
  BOOST_TEST(&span_of(*cells.front()) == &span_of(*cells[blocks_per_span - 1]));
  BOOST_TEST(&span_of(*cells.front()) != &span_of(*cells[blocks_per_span]));
  free_all(here, cells);
  // Emptied, a span starts again at its first block.
  std::vector<cell*> again = allocate_many(here, 2 * blocks_per_span);
  BOOST_TEST(constructed == cells.size());
  std::sort(again.begin(), again.end());
  auto sorted = cells;
  std::sort(sorted.begin(), sorted.end());
  BOOST_TEST((again == sorted));
  free_all(here, again);
}

BOOST_AUTO_TEST_CASE(a_freed_block_is_the_next_one) {
  const auto cells = allocate_many(here, 3);
  release(here, *cells[1]);
  BOOST_TEST(&allocate(here) == cells[1]);
  BOOST_TEST(&allocate(here) > cells[2]);
  release(here, *cells[0]);
  release(here, *cells[2]);
  BOOST_TEST(&allocate(here) == cells[2]);
  BOOST_TEST(&allocate(here) == cells[0]);
}

BOOST_AUTO_TEST_CASE(it_counts_the_live_ones) {
  BOOST_TEST(pool->live() == 0u);
  const auto cells = allocate_many(here, 10);
  BOOST_TEST(pool->live() == 10u);
  BOOST_TEST(blocks() == 10u);
  for (int i = 0; i < 4; ++i)
    release(here, *cells[static_cast<std::size_t>(i)]);
  BOOST_TEST(pool->live() == 6u);
  BOOST_TEST(blocks() == 10u);
}

BOOST_AUTO_TEST_CASE(who_drives_no_processor_allocates_and_frees_too) {
  cell& outside = mark_live(pool->allocate_external(small_body));
  cell& inside = allocate(here);
  BOOST_TEST(&span_of(outside) != &span_of(inside));
  BOOST_TEST(pool->live() == 2u);
  release(*pool, inside);
  release(*pool, outside);
  BOOST_TEST(pool->live() == 0u);
  BOOST_TEST(&mark_live(pool->allocate_external(small_body)) == &outside);
}

// Blocks that another processor frees come home by the batch, and are used when a span is used up.
BOOST_AUTO_TEST_CASE(blocks_go_home_with_a_flush) {
  const auto cells = allocate_many(here, blocks_per_span);
  for (std::size_t i = 0; i < 10; ++i)
    release(there, *cells[i]);
  BOOST_TEST(pool->live() == blocks_per_span - 10);
  cell& elsewhere = allocate(here); // nothing is home yet: a new span
  BOOST_TEST(&span_of(elsewhere) != &span_of(*cells[0]));
  there.flush();
  there.flush();                                        // of nothing
  auto rest = allocate_many(here, blocks_per_span - 1); // the new span
  auto home = allocate_many(here, 10);
  std::sort(home.begin(), home.end());
  BOOST_TEST((home == std::vector<cell*>{cells.begin(), cells.begin() + 10}));
  BOOST_TEST(constructed == 2 * blocks_per_span);
}

BOOST_AUTO_TEST_CASE(a_full_batch_goes_home_by_itself) {
  constexpr std::size_t batch = 64;
  const auto cells = allocate_many(here, blocks_per_span);
  for (std::size_t i = 0; i <= batch; ++i)
    release(there, *cells[i]);
  const auto home = allocate_many(here, batch);
  for (cell* c : home)
    BOOST_REQUIRE(&span_of(*c) == &span_of(*cells[0]));
  BOOST_TEST(&span_of(allocate(here)) != &span_of(*cells[0]));
}

BOOST_AUTO_TEST_CASE(a_block_of_another_span_ends_the_batch) {
  const auto cells = allocate_many(here, 2 * blocks_per_span);
  release(there, *cells[0]);
  release(there, *cells[blocks_per_span]);
  BOOST_TEST(&allocate(here) == cells[0]);
}

BOOST_AUTO_TEST_CASE(a_span_that_others_have_emptied_is_empty) {
  const auto cells = allocate_many(here, blocks_per_span);
  free_all(there, cells);
  there.flush();
  // In the order of addresses again.
  const auto again = allocate_many(here, blocks_per_span);
  BOOST_TEST((again == cells));
}

BOOST_AUTO_TEST_CASE(empty_spans_move_to_other_processors) {
  constexpr std::size_t spans = 40;
  free_all(here, allocate_many(here, spans * blocks_per_span));
  BOOST_TEST(constructed == spans * blocks_per_span);
  // 16 are kept, and the one in use.
  const auto moved = allocate_many(there, (spans - 17) * blocks_per_span);
  BOOST_TEST(constructed == spans * blocks_per_span);
  BOOST_TEST(span_of(*moved.front()).owner == &there);
  BOOST_TEST(span_of(allocate(here)).owner == &here);
  BOOST_TEST(constructed == spans * blocks_per_span);
  static_cast<void>(allocate(there));
  BOOST_TEST(constructed == spans * blocks_per_span + 1);
}

BOOST_AUTO_TEST_CASE(a_huge_block_goes_back_to_the_system) {
  cell& a = allocate(here, 1'000'000);
  cell& b = allocate(here, 3'000'000);
  std::memset(a.body(), 1, 1'000'000);
  std::memset(b.body(), 2, 3'000'000);
  BOOST_TEST(blocks() == 2u);
  void* const in_a = a.body();
  BOOST_TEST(is_mapped(in_a));
  release(here, a);
  BOOST_TEST(!is_mapped(in_a));
  BOOST_TEST(blocks() == 1u);
  release(there, b);
  there.flush();
  static_cast<void>(allocate(here));
  BOOST_TEST(pool->live() == 1u);
  BOOST_TEST(blocks() == 1u);
}

BOOST_AUTO_TEST_CASE(a_block_of_another_runtime_goes_home) {
  auto* foreign = new_pool(rt.home());
  cell& c = mark_live(foreign->add_local().allocate(small_body));
  BOOST_TEST(foreign->live() == 1u);
  release(here, c);
  BOOST_TEST(foreign->live() == 0u);
  BOOST_TEST(pool->live() == 0u);
  foreign->abandon();
}

BOOST_AUTO_TEST_CASE(an_abandoned_pool_stays_as_long_as_its_blocks) {
  auto* other = new_pool(rt.home());
  auto kept = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = kept;
  other->keep_alive(std::move(kept));
  auto& local = other->add_local();
  cell& first = mark_live(local.allocate(small_body));
  cell& second = mark_live(other->allocate_external(small_body));
  other->abandon();
  BOOST_TEST(!watch.expired());
  release(*other, first);
  BOOST_TEST(!watch.expired());
  release(here, second);
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(an_abandoned_pool_without_blocks_goes_at_once) {
  auto* other = new_pool(rt.home());
  auto kept = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = kept;
  other->keep_alive(std::move(kept));
  other->abandon();
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(it_knows_whose_it_is) {
  BOOST_TEST(&pool->home() == &rt.home());
  BOOST_TEST(&here.global() == pool);
}

#if SWEET_ADDRESS_SANITIZER
BOOST_AUTO_TEST_CASE(bodies_of_free_blocks_are_poisoned) {
  auto poisoned = [](cell& c) {
    auto* body = static_cast<std::byte*>(c.body());
    const bool first = __asan_address_is_poisoned(body) != 0;
    BOOST_TEST(first == (__asan_address_is_poisoned(body + small_body - 1) != 0));
    BOOST_TEST(__asan_address_is_poisoned(&c) == 0); // snapshots look at it
    return first;
  };
  cell& mine = allocate(here);
  cell& his = allocate(here);
  BOOST_TEST(!poisoned(mine));
  release(here, mine);
  BOOST_TEST(poisoned(mine));
  release(there, his);
  BOOST_TEST(poisoned(his));
  BOOST_TEST(&allocate(here) == &mine);
  BOOST_TEST(!poisoned(mine));
}
#endif

// One allocates, another frees, a third looks (its count means nothing meanwhile, the look must be
// harmless): what is allocated is nobody else's, and all come home.
BOOST_AUTO_TEST_CASE(processors_work_at_the_same_time) {
  constexpr std::size_t rounds = 300;
  constexpr std::size_t n = 200;
  std::array<std::atomic<cell*>, n> table{};
  std::atomic<bool> over{false};
  std::size_t strangers = 0;
  std::thread allocator{[&] {
    for (std::size_t r = 0; r < rounds; ++r)
      for (auto& slot : table) {
        cell& c = allocate(here);
        c.round = r;
        std::memset(c.body(), static_cast<int>(r), small_body);
        while (slot.load(std::memory_order_acquire) != nullptr)
          std::this_thread::yield();
        slot.store(&c, std::memory_order_release);
      }
    here.flush();
  }};
  std::thread freer{[&] {
    for (std::size_t r = 0; r < rounds; ++r)
      for (auto& slot : table) {
        cell* c = nullptr;
        while ((c = slot.exchange(nullptr, std::memory_order_acq_rel)) == nullptr)
          std::this_thread::yield();
        strangers += c->round != r ? 1 : 0;
        release(there, *c);
      }
    there.flush();
    over = true;
  }};
  while (!over)
    static_cast<void>(pool->live());
  allocator.join();
  freer.join();
  BOOST_TEST(strangers == 0u);
  BOOST_TEST(pool->live() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
