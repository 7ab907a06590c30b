#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// Returns where in the jitter a delay lies, from 0 to 1, for backoff::delay(). Equal numbers give
/// equal places; those of other numbers spread evenly. The mixing is SplitMix64's (Steele, Lea,
/// Flood: "Fast splittable pseudorandom number generators", 2014).
constexpr double place_in_jitter(std::uint64_t seed, std::uint64_t who,
                                 std::uint32_t attempt) noexcept {
  auto x = seed + who * 0x9e3779b97f4a7c15u + attempt * 0xd1342543de82ef95u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1p-53;
}

} // namespace sweet::inline v0_5::detail
