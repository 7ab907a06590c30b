// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/blocking_pool.hpp>

#include <sweet/actors/runtime/home/thread_state.hpp>

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

blocking_pool::blocking_pool(std::function<void(cell&)> run, std::function<void()> on_start,
                             std::function<void()> on_exit, std::chrono::nanoseconds idle_time)
    : run_(std::move(run)), on_start_(std::move(on_start)), on_exit_(std::move(on_exit)),
      idle_time_(idle_time) {}

blocking_pool::~blocking_pool() {
  stop();
}

std::size_t blocking_pool::served() const noexcept {
  return std::min(queue_.size(), idle_ + starting_);
}

bool blocking_pool::needs_thread() const noexcept {
  return queue_.size() > served() && threads_.size() - waiting_ < limits_.threads;
}

void blocking_pool::add_thread() {
  auto self = threads_.emplace(threads_.end());
  try {
    *self = std::thread{[this, self] { work(self); }};
    ++starting_;
  } catch (...) {
    threads_.erase(self);
    throw;
  }
}

void blocking_pool::limit(const blocking_limits& limits) {
  std::lock_guard guard{mutex_};
  limits_ = limits;
}

void blocking_pool::check_queue() {
  if (queue_.size() - served() <= limits_.queued)
    return;
  queue_.pop_back();
  throw std::length_error{std::to_string(threads_.size() - waiting_) + " run, and " +
                          std::to_string(limits_.queued) +
                          " wait for a thread, which is all that runtime_options::blocking allows"};
}

void blocking_pool::submit(cell& c) {
  struct joined_at_end {
    ~joined_at_end() {
      for (auto& t : threads)
        t.join();
    }
    std::list<std::thread> threads;
  } ended;
  std::lock_guard guard{mutex_};
  ended.threads.swap(ended_);
  queue_.push_back(&c);
  if (!needs_thread()) {
    check_queue();
    submitted_.notify_one();
    return;
  }
  try {
    add_thread();
  } catch (const std::exception&) {
    // Otherwise a thread that runs a body takes `c` afterwards.
    if (threads_.size() == waiting_) {
      queue_.pop_back();
      throw;
    }
    check_queue();
  }
}

bool blocking_pool::start_waiting() noexcept {
  std::lock_guard guard{mutex_};
  if (waiting_ == max_waiting)
    return false;
  ++waiting_;
  if (!needs_thread())
    return true;
  try {
    add_thread();
  } catch (const std::exception&) {
    if (threads_.size() == waiting_) {
      --waiting_;
      return false;
    }
  }
  return true;
}

void blocking_pool::stop_waiting() noexcept {
  std::lock_guard guard{mutex_};
  --waiting_;
}

void blocking_pool::work(std::list<std::thread>::iterator self) {
  on_start_();
  this_thread().pool = this;
  std::unique_lock guard{mutex_};
  --starting_;
  for (;;) {
    if (!queue_.empty()) {
      cell* c = queue_.front();
      queue_.pop_front();
      guard.unlock();
      run_(*c);
      guard.lock();
      continue;
    }
    if (stopping_)
      break;
    ++idle_;
    const bool called =
        submitted_.wait_for(guard, idle_time_, [this] { return stopping_ || !queue_.empty(); });
    --idle_;
    if (!called) {
      ended_.splice(ended_.end(), threads_, self);
      break;
    }
  }
  guard.unlock();
  on_exit_();
}

void blocking_pool::stop() {
  std::list<std::thread> threads;
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
    threads.splice(threads.end(), threads_);
    threads.splice(threads.end(), ended_);
    submitted_.notify_all();
  }
  for (auto& t : threads)
    t.join();
}

} // namespace sweet::inline v0_5::detail
