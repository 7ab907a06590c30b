#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <limits>

namespace sweet::inline v0_5 {

/// How many bodies may block at a time: those of blocking() tasks, of run_blocking(), and the
/// senders of streams that are callables.
struct blocking_limits {
  /// How many run at once, at least 1; bodies that wait in await() are not counted. Each has a
  /// thread of its own.
  std::size_t threads = 512;
  /// How many wait for a thread, first in, first out. The task of a further one fails at once with
  /// error_code::resource_limit.
  std::size_t queued = std::numeric_limits<std::size_t>::max();
};

} // namespace sweet::inline v0_5
