#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/clock.hpp>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace sweet::detail {

/// Keeps a runtime from ending while code that is no task uses it: a callback on an ended task, or
/// a handle in any thread. Lives as long as handles do, which may outlive the runtime. Thread safe.
class runtime_gate {
public:
  /// Keeps the runtime until leave(). @returns false if the runtime has ended
  bool enter() noexcept {
    std::lock_guard guard{mutex_};
    if (!open_)
      return false;
    ++inside_;
    ++entries_;
    return true;
  }

  void leave() noexcept {
    std::lock_guard guard{mutex_};
    if (--inside_ == 0)
      empty_.notify_all();
  }

  void open() noexcept {
    std::lock_guard guard{mutex_};
    open_ = true;
  }

  /// How often somebody has entered so far.
  std::uint64_t entries() const noexcept {
    std::lock_guard guard{mutex_};
    return entries_;
  }

  /// Ends the runtime at the time `now` if nobody has entered after the first `entries`, and nobody
  /// is inside. Otherwise waits until nobody is, and stays open: they may have started tasks.
  /// @returns whether it is closed
  bool close(std::uint64_t entries, clock::time_point now) {
    std::unique_lock guard{mutex_};
    if (inside_ == 0 && entries_ == entries) {
      open_ = false;
      closed_at_ = now;
      return true;
    }
    empty_.wait(guard, [this] { return inside_ == 0; });
    return false;
  }

  /// When it was closed last.
  clock::time_point closed_at() const noexcept {
    std::lock_guard guard{mutex_};
    return closed_at_;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t inside_ = 0;        // mutex_
  std::uint64_t entries_ = 0;     // mutex_
  bool open_ = false;             // mutex_
  clock::time_point closed_at_{}; // mutex_
};

} // namespace sweet::detail
