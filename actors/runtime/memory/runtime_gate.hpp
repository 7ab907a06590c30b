#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace sweet::inline v0_5::detail {

/// Keeps a runtime from ending while code that is no task uses it: a callback on an ended task, or
/// a handle in any thread. Lives as long as handles do, which may outlive the runtime. Thread safe.
class runtime_gate {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Keeps the runtime until leave(). @returns false if the runtime has ended
  bool enter() noexcept {
    std::lock_guard guard{mutex_};
    if (!open_)
      return false;
    ++inside_;
    ++passages_;
    return true;
  }

  void leave() noexcept {
    std::lock_guard guard{mutex_};
    ++passages_;
    if (--inside_ == 0)
      empty_.notify_all();
  }

  void open() noexcept {
    std::lock_guard guard{mutex_};
    open_ = true;
    given_up_ = false;
  }

  /// Makes close() wait only a little longer.
  void give_up() noexcept {
    std::lock_guard guard{mutex_};
    given_up_ = true;
    empty_.notify_all();
  }

  /// Returns how many callers are inside.
  std::size_t inside() const noexcept {
    std::lock_guard guard{mutex_};
    return inside_;
  }

  /// Returns how often callers have entered or left so far.
  std::uint64_t passages() const noexcept {
    std::lock_guard guard{mutex_};
    return passages_;
  }

  enum class closing : std::uint8_t {
    closed,
    not_yet,  ///< the gate is open, since callers that have passed may have started tasks
    given_up, ///< a caller is still inside
  };

  /// Ends the runtime at the time `now` if no caller has passed after the first `passages`, and
  /// none is inside. Otherwise waits until none is inside.
  closing close(std::uint64_t passages, time_point now) {
    // The machine's time, whatever the runtime's is.
    constexpr auto patience = std::chrono::seconds{1};
    std::unique_lock guard{mutex_};
    if (inside_ == 0 && passages_ == passages) {
      open_ = false;
      closed_at_ = now;
      return closing::closed;
    }
    const auto is_empty = [this] { return inside_ == 0; };
    empty_.wait(guard, [&] { return is_empty() || given_up_; });
    return empty_.wait_for(guard, patience, is_empty) ? closing::not_yet : closing::given_up;
  }

  /// Returns when the gate was closed last.
  time_point closed_at() const noexcept {
    std::lock_guard guard{mutex_};
    return closed_at_;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable empty_;
  std::size_t inside_ = 0;     // mutex_
  std::uint64_t passages_ = 0; // mutex_
  bool open_ = false;          // mutex_
  bool given_up_ = false;      // mutex_
  time_point closed_at_{};     // mutex_
};

} // namespace sweet::inline v0_5::detail
