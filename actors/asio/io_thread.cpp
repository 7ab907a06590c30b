// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io_thread.hpp>

#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/log_record.hpp>

#include <boost/asio/execution/allocator.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/require.hpp>

#include <csignal>
#include <system_error>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Gives Asio the memory of the one wake-up.
template <class T>
class io_thread::wake_up_allocator {
public:
  using value_type = T;

  explicit wake_up_allocator(io_thread& owner) noexcept : owner_(&owner) {}
  template <class U>
  wake_up_allocator(const wake_up_allocator<U>& other) noexcept : owner_(other.owner()) {}

  T* allocate(std::size_t) noexcept {
    static_assert(sizeof(T) <= sizeof owner_->wake_up_ && alignof(T) <= alignof(std::max_align_t));
    return reinterpret_cast<T*>(owner_->wake_up_.data());
  }
  void deallocate(T*, std::size_t) noexcept {}

  io_thread* owner() const noexcept { return owner_; }
  friend bool operator==(const wake_up_allocator&, const wake_up_allocator&) = default;

private:
  io_thread* owner_;
};

io_thread& io_thread::of(task_home& home) {
  return home.services().get<io_thread>(home);
}

io_thread::io_thread(task_home& home) : home_(home), work_(context_.get_executor()) {
  // No signal handler of the program runs on this thread.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const struct restores_mask {
    const sigset_t& mask;
    ~restores_mask() { ::pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
  } at_end{before};
  try {
    thread_ = std::thread{[this] { run(); }};
  } catch (const std::system_error& e) {
    throw std::system_error{e.code(), "the thread for I/O cannot be started"};
  }
}

io_thread::~io_thread() {
  // Relaxed: stop() orders it.
  ending_.store(true, std::memory_order_relaxed);
  context_.stop();
  thread_.join();
}

void io_thread::submit(io_job& job) noexcept {
  io_job* before = jobs_.load(std::memory_order_relaxed);
  do {
    job.next = before;
    // Release: the thread sees the job as it was submitted, and what led to it. Acquire: it no
    // longer uses the memory of the wake-up before, if it has taken all jobs.
  } while (!jobs_.compare_exchange_weak(before, &job, std::memory_order_acq_rel,
                                        std::memory_order_relaxed));
  // From here on the job may be gone.
  if (before != nullptr)
    return; // the thread has been woken, and has not taken the jobs yet
  namespace execution = boost::asio::execution;
  boost::asio::require(context_.get_executor(), execution::blocking.never,
                       execution::allocator(wake_up_allocator<std::byte>{*this}))
      .execute([this] { run_jobs(); });
}

void io_thread::run() noexcept {
  // A handler of the program may have stopped the io_context.
  for (; !ending_.load(std::memory_order_relaxed); context_.restart()) {
    try {
      context_.run();
    } catch (...) {
      report(exception_text());
    }
  }
}

void io_thread::run_jobs() noexcept {
  // Acquire and release pair with submit().
  io_job* last = jobs_.exchange(nullptr, std::memory_order_acq_rel);
  io_job* first = nullptr;
  while (last != nullptr) {
    io_job* const before = std::exchange(last->next, first);
    first = std::exchange(last, before);
  }
  while (first != nullptr) {
    io_job* const job = std::exchange(first, first->next);
    job->run(*job);
  }
}

void io_thread::report(const std::string& what) noexcept {
  home_.log().write_made([&] {
    return log_record{log_level::error,
                      {},
                      {},
                      "a handler on the thread for I/O threw an exception: " + what,
                      home_.timers().now()};
  });
}

} // namespace sweet::inline v0_5::detail
