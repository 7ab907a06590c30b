#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>

namespace sweet::inline v0_5::detail {

/// Which one of several things that a body waits for at once has ended the wait: a word that all
/// threads share that could end it. The first claim wins; the others leave alone what they would
/// have handed over.
class selection {
public:
  static constexpr unsigned open = ~0u;
  static constexpr unsigned withdrawn = open - 1;

  /// Acquire: the winner sees what the task did before it began to wait. Release: the task sees
  /// which one has won; what is handed over comes with the token.
  /// @returns whether the arm `index` has ended the wait
  bool claim(unsigned index) noexcept {
    auto expected = open;
    return winner_.compare_exchange_strong(expected, index, std::memory_order_acq_rel,
                                           std::memory_order_relaxed);
  }
  /// @returns whether the wait goes on. Relaxed: a hint, claim() decides.
  bool is_open() const noexcept { return winner_.load(std::memory_order_relaxed) == open; }

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
