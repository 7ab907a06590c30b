#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/lost_message.hpp>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <new>

namespace sweet::inline v0_5::detail {

class log_sink;
class task_home;

/// Where the messages go that nobody receives: counts them, and tells those who asked. Actors that
/// outlive the runtime count on; nobody is told then. Thread safe.
class lost_sink {
public:
  /// @param log gets what the observers throw; valid until close(), as `home` is
  lost_sink(const task_home& home, const log_sink& log) noexcept : home_(home), log_(log) {}
  lost_sink(const lost_sink&) = delete;
  lost_sink& operator=(const lost_sink&) = delete;

  /// Begins for a runtime, which has no observers yet.
  void open() noexcept;
  /// Has `f` told of each loss until close(). @throws std::bad_alloc
  void add(std::function<void(const lost_message&)> f);
  /// Tells nobody any more, and waits for the calls that are under way.
  void close() noexcept;

  /// Counts a loss, and tells the observers of `make()`, a lost_message. Without memory for that
  /// they are told of the reason alone. Not under a lock of the library's: they are the user's.
  template <class F>
  void lose(lost_reason reason, F&& make) noexcept {
    // Relaxed: only a count.
    count_.fetch_add(1, std::memory_order_relaxed);
    if (!begin_telling())
      return;
    lost_message lost;
    try {
      lost = make();
    } catch (const std::bad_alloc&) {
      lost = {};
    }
    lost.reason = reason;
    tell(lost);
  }
  std::uint64_t count() const noexcept { return count_.load(std::memory_order_relaxed); }

private:
  /// @returns whether there is somebody to tell; then tell() follows
  bool begin_telling() noexcept;
  void tell(const lost_message& lost) noexcept;

  const task_home& home_;
  const log_sink& log_;
  std::atomic<std::uint64_t> count_{0};
  std::mutex mutex_;
  std::condition_variable quiet_;
  // All that follows is under the mutex. Observers stay where they are until close(), and so are
  // called while the mutex is free.
  std::list<std::function<void(const lost_message&)>> observers_;
  std::size_t telling_ = 0; ///< how many threads are between begin_telling() and the end of tell()
  bool closed_ = true;
};

} // namespace sweet::inline v0_5::detail
