#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace sweet::detail {

/// Counts the callbacks on ended tasks that are queued or run, so that a runtime does not end
/// before them. Lives as long as handles do, which may outlive the runtime. Thread safe.
class callback_gate {
public:
  /// Announces a callback. @returns false if there is no runtime any more
  bool enter() noexcept {
    std::lock_guard guard{mutex_};
    if (!open_)
      return false;
    ++inside_;
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

  /// Closes if there are no callbacks. Else waits for them, and stays open: they may have started
  /// something. @returns whether it is closed
  bool close() {
    std::unique_lock guard{mutex_};
    if (inside_ == 0) {
      open_ = false;
      return true;
    }
    empty_.wait(guard, [this] { return inside_ == 0; });
    return false;
  }

private:
  std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t inside_ = 0; // mutex_
  bool open_ = false;      // mutex_
};

} // namespace sweet::detail
