#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/gate.hpp>

namespace sweet::inline v0_5::detail {

/// Whether a thread looks at a gate for a moment before it sleeps. That spares two system calls and
/// two changes of thread if the gate is set soon, but keeps a core busy that the thread which is to
/// set the gate may need. So a thread that keeps looking in vain sleeps at once for many waits,
/// until it tries again. One thread.
class brief_wait {
public:
  /// How many looks in vain are too many.
  static constexpr unsigned patience = 16;
  /// How many waits sleep at once then.
  static constexpr unsigned rest = 500;

  /// Looks at the gate if that has paid lately. @returns whether the gate was set; closes it if so
  bool take(gate& g) noexcept {
    if (sleeps_ != 0) {
      --sleeps_;
      return false;
    }
    if (g.take_soon()) {
      vain_ /= 2;
      return true;
    }
    if (++vain_ == patience) {
      vain_ = 0;
      sleeps_ = rest;
    }
    return false;
  }

private:
  unsigned vain_ = 0;   ///< how many looks were in vain; one that was not halves it
  unsigned sleeps_ = 0; ///< how many waits still sleep at once
};

} // namespace sweet::inline v0_5::detail
