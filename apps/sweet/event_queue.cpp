// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "event_queue.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace sweet::command {

namespace {

constexpr std::size_t most_unreported = 1'000;

} // namespace

event_queue::event_queue() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_)
    throw std::system_error{errno, std::generic_category(), "eventfd"};
}

void event_queue::push(run_event event) {
  std::lock_guard lock{mutex_};
  // Under the lock, so that times rise along the queue.
  events_.push_back({std::move(event), elapsed()});
  if (events_.size() == 1)
    wake();
}

bool event_queue::is_full() const {
  if (held_)
    return true;
  std::lock_guard lock{mutex_};
  return events_.size() >= most_unreported;
}

void event_queue::close() {
  std::lock_guard lock{mutex_};
  closed_ = true;
  wake();
}

event_queue::taken event_queue::take() {
  std::lock_guard lock{mutex_};
  std::uint64_t count = 0;
  // The counter may have been read already: then this read does nothing.
  [[maybe_unused]] auto n = ::read(fd_.get(), &count, sizeof count);
  return {std::exchange(events_, {}), closed_};
}

std::chrono::nanoseconds event_queue::elapsed() const {
  return std::chrono::steady_clock::now() - start_;
}

void event_queue::wake() noexcept {
  std::uint64_t one = 1;
  // A counter far from its limit takes a 1.
  [[maybe_unused]] auto n = ::write(fd_.get(), &one, sizeof one);
}

} // namespace sweet::command
