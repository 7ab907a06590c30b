// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/call_threads.hpp>

#include <exception>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

constexpr auto wait_for_a_thread = std::chrono::milliseconds{1};

} // namespace

void call_threads::start(std::function<void()> on_thread_start,
                         std::function<void()> on_thread_exit) {
  on_start_ = std::move(on_thread_start);
  on_exit_ = std::move(on_thread_exit);
  std::lock_guard guard{mutex_};
  add_thread();
}

void call_threads::add_thread() {
  threads_.emplace_back([this] { work(); });
}

void call_threads::submit(deferred_call& c) noexcept {
  std::lock_guard guard{mutex_};
  if (queue_.empty())
    taken_since_look_ = true;
  queue_.push(c);
  submitted_.notify_one();
}

bool call_threads::look() noexcept {
  std::lock_guard guard{mutex_};
  if (queue_.empty())
    return false;
  const auto now = clock::now();
  if (std::exchange(taken_since_look_, false)) {
    unmoved_since_ = now;
  } else if (in_calls_ == threads_.size() && now - unmoved_since_ >= wait_for_a_thread &&
             threads_.size() < max_threads) {
    unmoved_since_ = now;
    try {
      add_thread();
    } catch (const std::exception&) {
      // The calls wait for the threads that there are; a later look() tries again.
    }
  }
  return true;
}

void call_threads::work() {
  if (on_start_)
    on_start_();
  {
    std::unique_lock guard{mutex_};
    for (;;) {
      submitted_.wait(guard, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty())
        break;
      deferred_call& next = queue_.pop();
      taken_since_look_ = true;
      ++in_calls_;
      guard.unlock();
      next.call(next);
      guard.lock();
      --in_calls_;
    }
  }
  if (on_exit_)
    on_exit_();
}

void call_threads::stop() noexcept {
  std::vector<std::thread> threads;
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
    threads.swap(threads_);
    submitted_.notify_all();
  }
  for (auto& t : threads)
    t.join();
}

} // namespace sweet::inline v0_5::detail
