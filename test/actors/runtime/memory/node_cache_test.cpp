// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/memory/node_cache.hpp>
#include <sweet/actors/runtime/system/sanitizers.hpp>

#include <boost/test/unit_test.hpp>

#include <cstddef>
#include <cstring>
#include <set>
#include <vector>

namespace node_cache_test {
namespace {

using sweet::detail::node_cache;

/// Memory that is written to, so that a sanitizer sees whether it is there.
void* allocate(node_cache* cache, std::size_t bytes) {
  void* memory = node_cache::allocate(cache, bytes);
  std::memset(memory, 1, bytes);
  return memory;
}

} // namespace
} // namespace node_cache_test

BOOST_AUTO_TEST_SUITE(node_cache_test)

BOOST_AUTO_TEST_CASE(memory_is_used_again) {
  node_cache cache;
  void* const first = allocate(&cache, 100);
  node_cache::free(&cache, first, 100);
  void* const again = allocate(&cache, 128); // of the same size as far as the cache goes
  if (!SWEET_ADDRESS_SANITIZER)              // which wants to see what is used after its end
    BOOST_TEST(again == first);
  node_cache::free(&cache, again, 128);
}

BOOST_AUTO_TEST_CASE(sizes_are_kept_apart) {
  node_cache cache;
  for (std::size_t bytes = 1; bytes <= node_cache::largest + 64; ++bytes) {
    void* const one = allocate(&cache, bytes);
    void* const other = allocate(&cache, bytes);
    BOOST_TEST(one != other);
    node_cache::free(&cache, one, bytes);
    node_cache::free(&cache, other, bytes);
  }
}

BOOST_AUTO_TEST_CASE(one_cache_takes_what_another_one_has_given) {
  node_cache cache;
  node_cache other;
  std::vector<void*> all;
  for (int i = 0; i < 200; ++i)
    all.push_back(allocate(i % 2 == 0 ? &cache : nullptr, 64));
  BOOST_TEST(std::set<void*>(all.begin(), all.end()).size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) // more than a cache keeps
    node_cache::free(i % 3 == 0 ? nullptr : &other, all[i], 64);
}

BOOST_AUTO_TEST_SUITE_END()
