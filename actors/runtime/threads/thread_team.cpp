// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/threads/thread_team.hpp>

#include <sweet/actors/runtime/cell/workplace.hpp>

#include <exception>
#include <pthread.h>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

// Helping stops when half of the stack is used: the body that is helped may need the other half.
std::uintptr_t find_stack_limit() noexcept {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0)
    return UINTPTR_MAX; // unknown: never help
  void* low = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(low) + size / 2;
}

} // namespace

thread_local constinit thread_state state_of_this_thread;

thread_team::thread_team(std::function<bool()> drive, std::function<void()> on_start,
                         std::function<void()> on_exit)
    : drive_(std::move(drive)), on_start_(std::move(on_start)), on_exit_(std::move(on_exit)) {}

thread_team::~thread_team() = default;

void thread_team::run(workplace* first) {
  on_start_();
  thread_state& self = this_thread();
  self.is_worker = true;
  self.stack_limit = find_stack_limit();
  // A spare thread may have been given a processor already.
  if (first != nullptr)
    self.given = first;
  else
    self.wake_up.wait();
  take_given(self);
  while (self.driven != nullptr && drive_()) {
    {
      std::lock_guard guard{mutex_};
      if (stopping_)
        break;
      self.next_spare = spares_;
      spares_ = &self;
    }
    self.wake_up.wait();
    take_given(self);
  }
  self.driven = nullptr;
  on_exit_();
}

void thread_team::start(workplace& p) {
  std::lock_guard guard{mutex_};
  threads_.emplace_back([this, &p] { run(&p); });
}

thread_state* thread_team::reserve() noexcept {
  std::unique_lock guard{mutex_};
  if (blocked_ == max_blocked)
    return nullptr;
  ++blocked_;
  if (spares_ != nullptr)
    return std::exchange(spares_, spares_->next_spare);
  // A new thread tells where its state is: the state lives in the memory of the thread.
  thread_state* made = nullptr;
  gate known;
  try {
    threads_.emplace_back([this, &made, &known] {
      made = &this_thread();
      known.set();
      run(nullptr);
    });
  } catch (const std::exception&) {
    --blocked_;
    return nullptr;
  }
  guard.unlock();
  known.wait();
  return made;
}

void thread_team::give_back(thread_state& spare) noexcept {
  std::lock_guard guard{mutex_};
  --blocked_;
  spare.next_spare = spares_;
  spares_ = &spare;
}

void thread_team::hand_over(thread_state& spare, workplace& p) noexcept {
  spare.given = &p;
  spare.wake_up.set();
}

void thread_team::unblocked() noexcept {
  std::lock_guard guard{mutex_};
  --blocked_;
}

void thread_team::stop() {
  std::vector<std::thread> threads;
  {
    std::lock_guard guard{mutex_};
    stopping_ = true;
    threads = std::move(threads_);
    for (; spares_ != nullptr; spares_ = spares_->next_spare)
      spares_->wake_up.set();
  }
  for (auto& t : threads)
    t.join();
}

} // namespace sweet::inline v0_5::detail
