// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// For ThreadSanitizer builds only. CAF's library is not instrumented, so the sanitizer does not see
// that the thread which drops the last reference to an actor comes after all that dropped one
// before, and takes the destruction for a race. These definitions, in the program, take the place
// of those in the library: the same counting, which the sanitizer understands.

#include <caf/actor_control_block.hpp>

#include <atomic>
#include <cstddef>

namespace caf {

bool intrusive_ptr_upgrade_weak(actor_control_block* x) {
  std::size_t count = x->strong_refs.load(std::memory_order_relaxed);
  do {
    if (count == 0)
      return false;
  } while (!x->strong_refs.compare_exchange_weak(count, count + 1, std::memory_order_relaxed));
  return true;
}

void intrusive_ptr_release_weak(actor_control_block* x) {
  if (x->weak_refs.fetch_sub(1, std::memory_order_acq_rel) == 1)
    x->block_dtor(x);
}

void intrusive_ptr_release(actor_control_block* x) {
  if (x->strong_refs.fetch_sub(1, std::memory_order_acq_rel) != 1)
    return;
  x->data_dtor(x->get());
  intrusive_ptr_release_weak(x);
}

} // namespace caf
