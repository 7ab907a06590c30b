// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/context_block.hpp>

#include <sweet/actors/runtime/cell/context_slot.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>

#include <memory>

namespace sweet::inline v0_5::detail {

context_block::context_block() noexcept = default;
context_block::~context_block() = default;

context_slot::~context_slot() {
  // Relaxed: the thread that drops the side block is the only one left.
  delete block_.load(std::memory_order_relaxed);
}

context_block& context_slot::get() {
  if (auto* block = find())
    return *block;
  auto fresh = std::make_unique<context_block>();
  context_block* expected = nullptr;
  if (block_.compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel,
                                     std::memory_order_acquire))
    return *fresh.release();
  return *expected;
}

context_block& context_of(cell& c) {
  return side_of(c).context.get();
}

context_block* find_context(cell& c) noexcept {
  side_block* side = find_side(c);
  return side != nullptr ? side->context.find() : nullptr;
}

} // namespace sweet::inline v0_5::detail
