#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_chunk.hpp>
#include <sweet/actors/emit/wire/outlet.hpp>

#include <cstdint>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Chunks whose events are all settled, on their way back: a consumer that takes one after the
/// other gives some back at once, up to half of the producer's credit, so that a producer that
/// waits for them is woken for something. It gives back all before it waits. One task at a time;
/// chunks that are not given back go with their outlet.
class spent_chunks {
public:
  void add(event_chunk_base& chunk) noexcept {
    chunk.clear();
    if (newest_ != nullptr && newest_->owner != chunk.owner)
      give_back();
    if (newest_ == nullptr)
      oldest_ = &chunk;
    chunk.next = std::exchange(newest_, &chunk);
    if (++size_ >= chunk.owner->credit() / 2)
      give_back();
  }

  /// Whether the producer waits for these chunks. A hint.
  bool are_awaited() const noexcept {
    return newest_ != nullptr && newest_->owner->returned().consumer_sleeps();
  }

  void give_back() noexcept {
    if (newest_ == nullptr)
      return;
    newest_->owner->returned().push(*newest_, *oldest_);
    newest_ = nullptr;
    size_ = 0;
  }

private:
  event_chunk_base* newest_ = nullptr;
  event_chunk_base* oldest_ = nullptr; ///< if there is a newest
  std::uint32_t size_ = 0;
};

} // namespace sweet::inline v0_5::detail
