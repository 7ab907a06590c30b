#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>
#include <cstdint>
#include <limits>

namespace sweet::inline v0_5::detail {

/// The word of a permit_core: how many permits nobody holds, how many handles and held permits
/// refer to the core, and whether its permits are closed, or under its mutex.
///
/// Permits are taken and given back by one compare-and-swap each, together with the reference that
/// whoever holds permits has, as long as `queued` is not set. A thread that has the mutex sets it
/// before it looks for the permits of a body that may have to wait. From then on the number changes
/// only under the mutex, so permits that are given back find that body in line; before, they are in
/// the word that the thread looks at. There is nothing between, because both are in one word. The
/// mark is cleared under the mutex when the line is empty.
///
/// Every change is a read-modify-write, so the release of a thread that gives permits back is seen
/// by the acquire of every thread that takes some later, whatever happened to the word between: the
/// holder of a permit sees what its former holders did. test/model/permits.pml is the exhaustively
/// checked model.
class permit_state {
public:
  static constexpr std::uint32_t max_permits = std::numeric_limits<std::uint32_t>::max();

  explicit permit_state(std::uint32_t permits) noexcept
      : word_(permits * one_permit + one_reference) {}

  // -- any thread ---------------------------------------------------------------------------------

  enum class taken : std::uint8_t {
    yes,
    no,       ///< there are too few, or they are closed
    by_mutex, ///< the mutex decides
  };

  /// Takes permits and a reference. Acquire: see above.
  taken try_take(std::uint32_t n) noexcept {
    auto w = word_.load(std::memory_order_relaxed);
    do {
      if ((w & queued) != 0)
        return taken::by_mutex;
      if ((w & closed) != 0 || permits_of(w) < n)
        return taken::no;
    } while (!word_.compare_exchange_weak(w, w - n * one_permit + one_reference,
                                          std::memory_order_acquire, std::memory_order_relaxed));
    return taken::yes;
  }

  enum class given : std::uint8_t {
    yes,
    last,     ///< and nobody refers to the core any more
    by_mutex, ///< nothing has happened: somebody may wait
  };

  /// Gives permits and their reference back. Release: see above, and everything before happens
  /// before the end of the core; acquire: the last one, which ends it.
  given try_give(std::uint32_t n) noexcept {
    auto w = word_.load(std::memory_order_relaxed);
    do {
      if ((w & queued) != 0)
        return given::by_mutex;
    } while (!word_.compare_exchange_weak(w, w + n * one_permit - one_reference,
                                          std::memory_order_acq_rel, std::memory_order_relaxed));
    return w / one_reference == 1 ? given::last : given::yes;
  }

  /// Relaxed: the caller has a reference already.
  void add_reference() noexcept { word_.fetch_add(one_reference, std::memory_order_relaxed); }
  /// Release and acquire: as for try_give(). @returns whether it was the last one
  bool drop_reference() noexcept {
    return word_.fetch_sub(one_reference, std::memory_order_acq_rel) / one_reference == 1;
  }

  /// Relaxed: under the mutex if it has to be exact.
  std::uint32_t permits() const noexcept {
    return permits_of(word_.load(std::memory_order_relaxed));
  }
  bool is_closed() const noexcept { return (word_.load(std::memory_order_relaxed) & closed) != 0; }

  // -- under the mutex ----------------------------------------------------------------------------

  /// Acquire: see try_take(); permits that were given back before may be taken next.
  void queue() noexcept { word_.fetch_or(queued, std::memory_order_acquire); }
  /// Relaxed: give() has released. @pre the line is empty
  void unqueue() noexcept { word_.fetch_and(~queued, std::memory_order_relaxed); }
  /// Takes permits and a reference. Relaxed: queue() or the mutex has acquired.
  /// @pre queued, and there are enough
  void take(std::uint32_t n) noexcept {
    word_.fetch_add(one_reference - n * one_permit, std::memory_order_relaxed);
  }
  /// Gives permits back, and no reference. Release: for a try_take() after unqueue().
  void give(std::uint32_t n) noexcept {
    word_.fetch_add(n * one_permit, std::memory_order_release);
  }
  /// Relaxed: nothing comes with it.
  void close() noexcept { word_.fetch_or(closed, std::memory_order_relaxed); }

private:
  static constexpr std::uint64_t queued = 1;
  static constexpr std::uint64_t closed = 2;
  static constexpr std::uint64_t one_permit = 4;
  static constexpr std::uint64_t one_reference = one_permit << 32; ///< 2^30 of them at most

  static constexpr std::uint32_t permits_of(std::uint64_t w) noexcept {
    return static_cast<std::uint32_t>(w / one_permit);
  }

  std::atomic<std::uint64_t> word_;
};

} // namespace sweet::inline v0_5::detail
