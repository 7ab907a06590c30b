#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/waits_for_ever.hpp>

#include <atomic>

namespace sweet::inline v0_5::testing {

/// A body that only cancellation ends, and that counts it.
inline async<void> notes_cancellation(task_context ctx, std::atomic<int>& noted) {
  try {
    co_await stopped_as_error(waits_for_ever(ctx));
  } catch (const cancelled&) {
    ++noted;
    throw;
  }
}

} // namespace sweet::inline v0_5::testing
