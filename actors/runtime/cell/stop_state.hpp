#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/deferred_call.hpp>

#include <atomic>
#include <cstdint>
#include <stop_token>

namespace sweet::inline v0_5::detail {

class task_home;

/// The state behind the stop token of a body. Counted, because the timeout of a task requests the
/// stop in a thread of its own, when the task may just have ended.
class stop_state final : public deferred_call {
public:
  explicit stop_state(const task_home& home);
  stop_state(const stop_state&) = delete;
  stop_state& operator=(const stop_state&) = delete;

  std::stop_token token() const noexcept { return source_.get_token(); }

  /// Calls the callbacks on the token if there has been no request so far. Any thread, under no
  /// lock: the callbacks are the user's.
  void request_stop() noexcept;

  /// Keeps this for a deferred call, which releases it.
  void add_reference() noexcept {
    // Relaxed: the caller holds a reference.
    references_.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept {
    // Release and acquire: the state is destroyed after all that other threads have done with it.
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete this;
  }

private:
  ~stop_state() = default;

  const task_home& home_;
  std::stop_source source_;
  std::atomic<std::uint32_t> references_{1};
};

} // namespace sweet::inline v0_5::detail
