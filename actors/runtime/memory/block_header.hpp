#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/cache_line.hpp>

#include <cstddef>

namespace sweet::inline v0_5::detail {

// A block of memory holds one task, and is aligned to a cache line:
//
//   offset   0  two lines in front, made when the memory is first used and kept until it goes
//   offset 128  the header, on a line of its own
//   offset 192  the body, as long as the block is
//
// The users of the blocks decide what lies there: see cell.hpp.

inline constexpr std::size_t header_offset = 128;
inline constexpr std::size_t body_offset = 192;

/// All that a pool knows of the content of a block: the header begins with this.
struct block_header {
  /// Belongs to the pool in a free block, and to the user of a block that is in use.
  block_header* link = nullptr;

  std::byte* block() noexcept { return reinterpret_cast<std::byte*>(this) - header_offset; }
  void* body() noexcept {
    return reinterpret_cast<std::byte*>(this) + (body_offset - header_offset);
  }
};

} // namespace sweet::inline v0_5::detail
