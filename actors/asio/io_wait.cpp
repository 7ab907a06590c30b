// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io_wait.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>

namespace sweet::inline v0_5::detail {

io_wait::io_wait() noexcept {
  begins_.wait = this;
  begins_.run = [](io_job& j) noexcept { static_cast<job&>(j).wait->begin(); };
  cancels_.wait = this;
  cancels_.run = [](io_job& j) noexcept { static_cast<job&>(j).wait->cancel(); };
}

bool io_wait::suspend(cell& self) {
  if (self.level() != cancellation_level::none && is_interrupted(self)) [[unlikely]] {
    self.begin_stop();
    return true;
  }
  thread_ = &io_thread::of(home_of(self));
  task_ = &self;
  // Before the job is submitted: from then on the wake-up may come.
  self.begin_wait(*this);
  thread_->submit(begins_);
  return true;
}

void io_wait::begin() noexcept {
  // Relaxed: whoever cancels has nothing to show but the bit.
  if ((state_.load(std::memory_order_relaxed) & cancelled) != 0) {
    give_back(2 * share);
    return;
  }
  try {
    initiate();
  } catch (...) {
    fail();
  }
  give_back(share);
}

void io_wait::handled() noexcept {
  // Release: what the handler has kept is published to the party that wakes the task.
  if (const auto s = state_.fetch_add(ended - share, std::memory_order_acq_rel); s / share == 1)
    wake(*task_);
}

bool io_wait::retract(wait_source& s, cell&) noexcept {
  auto& self = static_cast<io_wait&>(s);
  auto seen = self.state_.load(std::memory_order_relaxed);
  do {
    // Told already, or over: in either case the wake-up comes.
    if ((seen & cancelled) != 0 || seen / share == 0)
      return false;
    // Relaxed: submit() publishes all that the job needs.
  } while (!self.state_.compare_exchange_weak(seen, (seen | cancelled) + share,
                                              std::memory_order_relaxed));
  self.thread_->submit(self.cancels_);
  return false;
}

void io_wait::cancel() noexcept {
  // Acquire: an operation that has ended is not told.
  if ((state_.load(std::memory_order_acquire) & ended) == 0)
    signal_.emit(boost::asio::cancellation_type::all);
  give_back(share);
}

void io_wait::give_back(std::uint32_t shares) noexcept {
  // Release: the task sees what this party did. Acquire: and what those before it did.
  if (state_.fetch_sub(shares, std::memory_order_acq_rel) / share == shares / share)
    wake(*task_);
}

bool io_wait::was_cancelled() const noexcept {
  // Relaxed: the task has set the bit itself.
  return (state_.load(std::memory_order_relaxed) & cancelled) != 0;
}

} // namespace sweet::inline v0_5::detail
