#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <atomic>

namespace sweet::inline v0_5::detail {

struct context_block;

/// Keeps the context block of a side block. The first thread that needs the block makes it.
class context_slot {
public:
  context_slot() noexcept = default;
  context_slot(const context_slot&) = delete;
  context_slot& operator=(const context_slot&) = delete;
  ~context_slot();

  context_block& get();
  context_block* find() const noexcept { return block_.load(std::memory_order_acquire); }

private:
  /// Release by the thread that makes it, acquire by a thread that finds it: the block is made.
  std::atomic<context_block*> block_{nullptr};
};

} // namespace sweet::inline v0_5::detail
