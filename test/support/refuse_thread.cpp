// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/refuse_thread.hpp>

#include <atomic>
#include <cerrno>

#include <dlfcn.h>
#include <pthread.h>

namespace sweet::inline v0_5::testing {

namespace {

/// So many threads are made before one is refused; below 0: none is.
std::atomic<int> left{-1};
std::atomic<bool> refused{false};

} // namespace

void refuse_thread(int n) noexcept {
  // Sequentially consistent, here and below: who makes threads is in order with this anyway.
  refused = false;
  left = n - 1;
}

bool stop_refusing_threads() noexcept {
  left = -1;
  return refused;
}

} // namespace sweet::inline v0_5::testing

// Found before that of the C library, also by libstdc++ and libcaf.
extern "C" [[gnu::visibility("default")]] int pthread_create(pthread_t* thread,
                                                             const pthread_attr_t* attributes,
                                                             void* (*function)(void*),
                                                             void* argument) noexcept {
  using namespace sweet::testing;
  static const auto real =
      reinterpret_cast<decltype(&::pthread_create)>(::dlsym(RTLD_NEXT, "pthread_create"));
  if (left >= 0 && left-- == 0) {
    refused = true;
    return EAGAIN;
  }
  return real(thread, attributes, function, argument);
}
