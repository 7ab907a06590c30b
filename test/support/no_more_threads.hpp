#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <stdexcept>

#include <pthread.h>

namespace sweet::inline v0_5::testing {

/// While it lives, no thread can be made in this process: each would get a larger stack than there
/// are addresses.
class no_more_threads {
public:
  no_more_threads() {
    pthread_attr_t attributes;
    ::pthread_getattr_default_np(&attributes);
    ::pthread_attr_getstacksize(&attributes, &before_);
    ::pthread_attr_destroy(&attributes);
    set_stack_size(std::size_t{1} << 48);
  }
  ~no_more_threads() { set_stack_size(before_); }
  no_more_threads(const no_more_threads&) = delete;
  no_more_threads& operator=(const no_more_threads&) = delete;

private:
  static void set_stack_size(std::size_t size) {
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    if (::pthread_attr_setstacksize(&attributes, size) != 0 ||
        ::pthread_setattr_default_np(&attributes) != 0)
      throw std::runtime_error{"cannot set the size of stacks"};
    ::pthread_attr_destroy(&attributes);
  }

  std::size_t before_ = 0;
};

} // namespace sweet::inline v0_5::testing
