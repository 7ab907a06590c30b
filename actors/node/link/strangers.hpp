#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/sync/semaphore.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>

namespace sweet::inline v0_5::detail {

/// Those that have connected and have not said hello: so many at a time, and no more. Any thread.
///
/// Where all places are taken, one gives way to whoever comes next: of the address that has the
/// most places the one that has come first, once it has had a moment. So an address that takes all
/// places keeps nobody else out.
class strangers {
public:
  /// A place that is taken, until this is gone.
  class place;

  /// @param home whose clock is looked at
  strangers(task_home& home, std::size_t most) : home_(home), room_(most) {}
  strangers(const strangers&) = delete;
  strangers& operator=(const strangers&) = delete;

  /// Waits for a place for somebody from an address. One task at a time.
  async<place> enter(task_context ctx, std::string address);
  /// Says which task a place is for: it is cancelled if it has to give way.
  void belongs(std::uint64_t number, spawning_task<void> task);

private:
  struct stranger {
    std::string address;
    std::chrono::steady_clock::time_point since;
    std::optional<spawning_task<void>> task{};
  };

  bool make_room();
  void leave(std::uint64_t number);

  task_home& home_;
  const semaphore room_;
  std::mutex mutex_;
  // All that follows is under the mutex.
  std::map<std::uint64_t, stranger> all_; ///< in the order in which they have come
  std::uint64_t numbers_ = 0;
};

class strangers::place {
public:
  place() = default;
  place(place&& other) noexcept { *this = std::move(other); }
  place& operator=(place&& other) noexcept {
    std::swap(in_, other.in_);
    std::swap(number_, other.number_);
    std::swap(permit_, other.permit_);
    return *this;
  }
  ~place() {
    if (in_ != nullptr)
      in_->leave(number_);
  }

  std::uint64_t number() const noexcept { return number_; }

private:
  friend class strangers;
  place(strangers& in, std::uint64_t number, semaphore_permit permit)
      : in_(&in), number_(number), permit_(std::move(permit)) {}

  strangers* in_ = nullptr;
  std::uint64_t number_ = 0;
  semaphore_permit permit_;
};

} // namespace sweet::inline v0_5::detail
