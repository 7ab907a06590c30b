// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/blocking_pool.hpp>

#include <chrono>
#include <system_error>
#include <utility>

namespace sweet::detail {

namespace {

constexpr auto idle_time = std::chrono::seconds{10};

} // namespace

blocking_pool::blocking_pool(std::function<void(cell&)> run, std::function<void()> on_start,
                             std::function<void()> on_exit)
    : run_(std::move(run)), on_start_(std::move(on_start)), on_exit_(std::move(on_exit)) {}

blocking_pool::~blocking_pool() {
  stop();
}

void blocking_pool::submit(cell& c) {
  std::list<std::thread> ended;
  {
    std::lock_guard guard{mutex_};
    ended.swap(ended_);
    queue_.push_back(&c);
    if (idle_ >= queue_.size()) {
      submitted_.notify_one();
    } else if (threads_.size() < max_threads) {
      auto self = threads_.emplace(threads_.end());
      try {
        *self = std::thread{[this, self] { work(self); }};
      } catch (const std::system_error&) {
        threads_.erase(self);
        if (threads_.empty()) {
          queue_.pop_back();
          throw;
        }
      }
    }
  }
  for (auto& t : ended)
    t.join();
}

void blocking_pool::work(std::list<std::thread>::iterator self) {
  on_start_();
  std::unique_lock guard{mutex_};
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
        submitted_.wait_for(guard, idle_time, [this] { return stopping_ || !queue_.empty(); });
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

} // namespace sweet::detail
