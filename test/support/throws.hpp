#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <utility>

namespace sweet::inline v0_5::testing {

/// Whether `f()` throws an E; for bodies, which must leave Boost.Test to the main thread.
template <class E, class F>
bool throws(F&& f) {
  try {
    static_cast<void>(std::forward<F>(f)());
  } catch (const E&) {
    return true;
  }
  return false;
}

} // namespace sweet::inline v0_5::testing
