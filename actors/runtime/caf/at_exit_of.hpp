#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <memory>
#include <utility>

#include <caf/abstract_actor.hpp>
#include <caf/attachable.hpp>
#include <caf/error.hpp>

#include <sweet/actors/runtime/system/sanitizers.hpp>

#if SWEET_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#endif

namespace sweet::inline v0_5::detail {

/// What an actor calls at its end.
///
/// It was written before it is called: CAF attaches it, and takes it off at the end, under one
/// mutex of the actor. ThreadSanitizer does not see that mutex, which libcaf locks (libcaf is not
/// instrumented), so the edge is named for it here.
template <class F>
class exit_callback final : public caf::attachable {
public:
  explicit exit_callback(F f) : f_(std::move(f)) {
#if SWEET_THREAD_SANITIZER
    __tsan_release(this);
#endif
  }

  void actor_exited(const caf::error& reason, caf::execution_unit*) override {
#if SWEET_THREAD_SANITIZER
    __tsan_acquire(this);
#endif
    f_(reason);
  }

private:
  F f_;
};

/// Calls `f(reason)` once, when an actor ends, on the thread that ends it; at once if it has ended.
/// `f` must not throw.
template <class F>
void at_exit_of(caf::abstract_actor& actor, F f) {
  actor.attach(caf::attachable_ptr{new exit_callback<F>{std::move(f)}});
}

} // namespace sweet::inline v0_5::detail
