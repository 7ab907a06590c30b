#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

/// What the programs share that run benchmarks of the Savina suite: S. M. Imam and V. Sarkar,
/// "Savina - An Actor Benchmark Suite", AGERE 2014, with the numbers of actors that are usual
/// there.
namespace bench::savina {

constexpr std::size_t ring_size = 100;  ///< actors of the thread ring
constexpr std::size_t neighbours = 120; ///< actors of big
constexpr std::size_t accounts = 1000;  ///< of the bank
constexpr std::size_t seats = 20;       ///< at the table of the philosophers

constexpr std::uint64_t initial_balance = 1'000'000'000; ///< enough for all transfers

/// Chooses an actor of big other than `self`, again and again: the same ones in every program.
class neighbour_choice {
public:
  explicit neighbour_choice(std::size_t self)
      : self_(self), random_(static_cast<unsigned>(self + 1)) {}

  std::size_t operator()() {
    const auto other = random_() % (neighbours - 1);
    return other < self_ ? other : other + 1;
  }

private:
  std::size_t self_;
  std::minstd_rand random_;
};

/// Chooses transfers, the same ones in every program. Money goes from an account to one with a
/// higher number, so that no two accounts wait for each other.
class transfer_choice {
public:
  struct transfer {
    std::size_t from;
    std::size_t to;
    std::uint64_t amount;
  };

  transfer operator()() {
    const auto from = random_() % (accounts / 10 * 8);
    const auto to = from + 1 + random_() % (accounts - from - 1);
    return {from, to, random_() % 1000};
  }

private:
  std::minstd_rand random_;
};

/// The forks of the dining philosophers: each lies between two seats.
class table {
public:
  /// Takes both forks of a seat. @returns false if one is taken
  bool take(std::size_t seat) {
    const auto right = (seat + 1) % seats;
    if (taken_[seat] || taken_[right])
      return false;
    return taken_[seat] = taken_[right] = true;
  }
  void put(std::size_t seat) { taken_[seat] = taken_[(seat + 1) % seats] = false; }

private:
  std::vector<bool> taken_ = std::vector<bool>(seats);
};

} // namespace bench::savina
