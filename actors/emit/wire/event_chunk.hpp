#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/runtime/time/clock.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>

namespace sweet::inline v0_5::detail {

class outlet_core;

/// A set of events of a chunk: bit i is the i-th.
using event_mask = std::uint64_t;

constexpr event_mask first_events(std::uint32_t n) noexcept {
  return n >= 64 ? ~event_mask{0} : (event_mask{1} << n) - 1;
}

constexpr std::uint32_t count(event_mask events) noexcept {
  return static_cast<std::uint32_t>(std::popcount(events));
}

/// Room for up to 64 events, and what becomes of them. Belongs to an outlet, to which it comes back
/// once all of its events are settled: that is the producer's credit.
struct event_chunk_base : event_link {
  event_chunk_base(outlet_core& o, void (*destroy)(event_chunk_base&) noexcept) noexcept
      : event_link(kind::chunk), owner(&o), destroy_events(destroy) {}

  outlet_core* const owner;
  event_chunk_base* made_before = nullptr; ///< the owner's
  /// Null if there is nothing to destroy.
  void (*const destroy_events)(event_chunk_base&) noexcept;
  clock::time_point at{}; ///< when it was handed over
  std::uint32_t size = 0;
  // The consumer's.
  std::uint64_t first_sequence = 0;
  event_mask open = 0; ///< not settled

  void clear() noexcept {
    if (destroy_events != nullptr)
      destroy_events(*this);
    size = 0;
  }
};

/// How many events a chunk has room for: at most 64, and about 16 KiB.
template <class E>
inline constexpr std::uint32_t chunk_capacity =
    static_cast<std::uint32_t>(std::clamp<std::size_t>(std::size_t{16} * 1024 / sizeof(E), 1, 64));

template <class E>
struct event_chunk final : event_chunk_base {
  explicit event_chunk(outlet_core& o) noexcept
      : event_chunk_base(o, std::is_trivially_destructible_v<E> ? nullptr : &destroy) {}
  ~event_chunk() { clear(); }

  E* events() noexcept { return std::launder(reinterpret_cast<E*>(room_)); }

private:
  static void destroy(event_chunk_base& c) noexcept {
    std::destroy_n(static_cast<event_chunk&>(c).events(), c.size);
  }

  alignas(E) std::byte room_[chunk_capacity<E> * sizeof(E)];
};

} // namespace sweet::inline v0_5::detail
