// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/side_block.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/memory/side_reserve.hpp>

#include <atomic>
#include <memory>
#include <mutex>
#include <new>

namespace sweet::inline v0_5::detail {

// -- side block --------------------------------------------------------------------------------

side_block* find_side(cell& c) noexcept {
  return side_slot(c).load(std::memory_order_acquire);
}

namespace {

side_block& install_side(cell& c, std::unique_ptr<side_block> fresh) noexcept {
  side_block* expected = nullptr;
  // Release: a thread that finds the pointer finds the block made. Acquire: so does this thread if
  // another was faster.
  if (side_slot(c).compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel,
                                           std::memory_order_acquire)) {
    expected = fresh.release();
    c.state.add_side();
  }
  return *expected;
}

} // namespace

side_block& side_of(cell& c) {
  if (auto* side = find_side(c))
    return *side;
  return install_side(c, std::make_unique<side_block>(c));
}

side_block* side_or_spare(cell& c) noexcept {
  try {
    return &side_of(c);
  } catch (const std::bad_alloc&) {
    void* memory = span_of(c).owner->global().spare_sides().take();
    if (memory == nullptr)
      return nullptr;
    return &install_side(c, std::unique_ptr<side_block>{new (memory) side_block{c}});
  }
}

void drop_side(cell& c) noexcept {
  side_reserve& spare = span_of(c).owner->global().spare_sides();
  std::unique_ptr<side_block> side;
  {
    // Snapshots look at the side blocks of tasks that they do not hold, under the mutex.
    std::lock_guard guard{mutex_of(c)};
    side.reset(side_slot(c).exchange(nullptr, std::memory_order_acq_rel));
    c.state.drop_side();
  }
  if (side != nullptr && spare.is_short()) [[unlikely]] {
    side_block* memory = side.release();
    std::destroy_at(memory);
    spare.give_back(memory);
  }
}

} // namespace sweet::inline v0_5::detail
