// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/fork_count.hpp>

#include <atomic>

#include <pthread.h>

namespace sweet::inline v0_5::detail {

namespace {

// Relaxed: fork() leaves one thread in the child, which counts before fork() returns.
std::atomic<std::uint32_t> forks{0};

void count_fork() noexcept {
  forks.fetch_add(1, std::memory_order_relaxed);
}

} // namespace

std::uint32_t fork_count() noexcept {
  // If there is no memory for the handler, forks are not noticed.
  [[maybe_unused]] static const int registered = ::pthread_atfork(nullptr, nullptr, count_fork);
  return forks.load(std::memory_order_relaxed);
}

} // namespace sweet::inline v0_5::detail
