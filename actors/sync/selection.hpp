#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>
#include <thread>

namespace sweet::inline v0_5::detail {

/// Which one of several things that a body waits for at once has ended the wait: a word that all
/// threads share that could end it. The first claim wins; the others leave alone what they would
/// have handed over.
class selection {
public:
  static constexpr unsigned open = ~0u;
  static constexpr unsigned withdrawn = open - 1;
  static constexpr unsigned held = open - 2;

  /// Acquire: the winner sees what the task did before it began to wait. Release: the task sees
  /// which one has won; what is handed over comes with the token.
  /// @returns whether the arm `index` has ended the wait
  bool claim(unsigned index) noexcept {
    auto expected = open;
    while (!winner_.compare_exchange_strong(expected, index, std::memory_order_acq_rel,
                                            std::memory_order_relaxed)) {
      if (expected != held) [[likely]]
        return false;
      expected = open;
      std::this_thread::yield();
    }
    return true;
  }
  /// @returns whether the wait goes on. Relaxed: a hint, claim() decides.
  bool is_open() const noexcept {
    const auto w = winner_.load(std::memory_order_relaxed);
    return w == open || w == held;
  }

  // -- a thread that ends several waits together, or none -----------------------------------------

  /// Keeps the wait as it is until let_go() or claim_held(): claim() waits meanwhile. The thread
  /// waits for nothing until then, and only one thread of the process holds waits at a time.
  /// Acquire and release: as claim(). @returns false if the wait is over, or held already
  bool hold() noexcept {
    auto expected = open;
    return winner_.compare_exchange_strong(expected, held, std::memory_order_acq_rel,
                                           std::memory_order_relaxed);
  }
  /// Release: whoever claims next sees what was seen in hold().
  void let_go() noexcept { winner_.store(open, std::memory_order_release); }
  /// Ends the wait, which is held. Release: as claim().
  void claim_held(unsigned index) noexcept { winner_.store(index, std::memory_order_release); }

  // -- the context of the task that waits ---------------------------------------------------------

  /// Begins a wait. Relaxed: entering a line, under its mutex, publishes the word.
  void begin() noexcept { winner_.store(open, std::memory_order_relaxed); }
  /// Ends the wait without a winner. @returns false if an arm has won
  bool withdraw() noexcept { return claim(withdrawn); }
  /// The arm that has won. Acquire: see claim().
  unsigned winner() const noexcept { return winner_.load(std::memory_order_acquire); }

private:
  std::atomic<unsigned> winner_{open};
};

} // namespace sweet::inline v0_5::detail
