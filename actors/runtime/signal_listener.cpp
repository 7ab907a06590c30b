// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/signal_listener.hpp>

#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/runtime/system/fork_count.hpp>
#include <sweet/messages/log_record.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>

#include <string.h>

namespace sweet::inline v0_5::detail {

namespace {

/// What the process does with one signal.
struct signal_entry {
  /// Null: no listener has the signal. In one order with `handlers`: the destructor of a listener
  /// clears this and then looks for handlers, a handler announces itself and then looks at this.
  std::atomic<signal_listener*> listener{nullptr};
  /// How many handlers run.
  std::atomic<std::uint32_t> handlers{0};
  /// The process that listens, by fork_count(), and what it did with the signal before. Published
  /// by `listener`.
  std::uint32_t forks = 0;
  struct sigaction before{};
};

constinit std::array<signal_entry, NSIG> entries;
constinit std::mutex registration;

std::string name_of(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string{"SIG"} + name : "signal " + std::to_string(signal);
}

std::string cannot_handle(int signal) {
  return "stop_on_signals: " + name_of(signal) + " cannot be handled; give signals such as SIGINT";
}

/// Async-signal-safe: lock-free atomics, sem_post(), sigaction(), raise(), and fork_count(), which
/// the maker of the listener has called before.
extern "C" void sweet_on_signal(int signal) {
  const int error = errno;
  auto& entry = entries[static_cast<std::size_t>(signal)];
  entry.handlers.fetch_add(1, std::memory_order_seq_cst);
  signal_listener* listener = entry.listener.load(std::memory_order_seq_cst);
  if (listener != nullptr && entry.forks == fork_count()) {
    listener->notice(signal);
  } else {
    // Nobody listens any more, or not in this process: the signal does what it did before.
    ::sigaction(signal, &entry.before, nullptr);
    ::raise(signal);
  }
  // Release, with the destructor's acquire: the listener is not touched after this.
  entry.handlers.fetch_sub(1, std::memory_order_release);
  errno = error;
}

} // namespace

signal_listener::signal_listener(runtime& rt, const sigset_t& signals) : runtime_(rt) {
  ::sem_init(&wake_, 0, 0);
  sigset_t others;
  sigfillset(&others);
  for (int signal = 1; signal < NSIG; ++signal)
    if (sigismember(&signals, signal) == 1)
      sigdelset(&others, signal);
  sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, &others, &before);
  const struct restores_mask {
    const sigset_t& mask;
    ~restores_mask() { ::pthread_sigmask(SIG_SETMASK, &mask, nullptr); }
  } at_end{before};
  try {
    thread_ = std::thread{[this] { listen(); }};
  } catch (const std::system_error& e) {
    throw std::system_error{e.code(), "the thread that waits for signals cannot be started"};
  }
}

void signal_listener::handle(int signal) {
  std::lock_guard guard{registration};
  auto& entry = entries[static_cast<std::size_t>(signal)];
  if (entry.listener.load(std::memory_order_seq_cst) != nullptr) {
    if (entry.forks == fork_count())
      throw std::logic_error{"stop_on_signals: another one handles " + name_of(signal) +
                             " already; end that first"};
    // It is in the process that has forked this one, and so is a handler that was running.
    ::sigaction(signal, &entry.before, nullptr);
    entry.listener.store(nullptr, std::memory_order_seq_cst);
    entry.handlers.store(0, std::memory_order_seq_cst);
  }
  if (::sigaction(signal, nullptr, &entry.before) != 0)
    throw std::invalid_argument{cannot_handle(signal)};
  if ((entry.before.sa_flags & SA_SIGINFO) == 0 && entry.before.sa_handler == SIG_IGN)
    return;
  handled_.push_back(signal);
  entry.forks = fork_count();
  entry.listener.store(this, std::memory_order_seq_cst);
  struct sigaction action{};
  action.sa_handler = sweet_on_signal;
  action.sa_flags = SA_RESTART;
  sigfillset(&action.sa_mask);
  if (::sigaction(signal, &action, nullptr) == 0)
    return;
  entry.listener.store(nullptr, std::memory_order_seq_cst);
  handled_.pop_back();
  throw std::invalid_argument{cannot_handle(signal)};
}

signal_listener::~signal_listener() {
  {
    std::lock_guard guard{registration};
    for (const int signal : handled_) {
      auto& entry = entries[static_cast<std::size_t>(signal)];
      ::sigaction(signal, &entry.before, nullptr);
      entry.listener.store(nullptr, std::memory_order_seq_cst);
      while (entry.handlers.load(std::memory_order_seq_cst) != 0)
        std::this_thread::yield();
    }
  }
  ::sem_post(&wake_); // with no signal: the last one
  thread_.join();
  ::sem_destroy(&wake_);
}

void signal_listener::notice(int signal) noexcept {
  last_.store(signal, std::memory_order_relaxed);
  came_.fetch_add(1, std::memory_order_relaxed);
  ::sem_post(&wake_);
}

void signal_listener::listen() noexcept {
  for (std::uint32_t taken = 0;; ++taken) {
    while (::sem_wait(&wake_) != 0) {
    }
    if (came_.load(std::memory_order_relaxed) == taken)
      return;
    raise_level();
  }
}

void signal_listener::raise_level() noexcept {
  const auto before = level();
  if (before == cancellation_level::kill_hard)
    return;
  const auto next = static_cast<cancellation_level>(static_cast<int>(before) + 1);
  level_.store(next, std::memory_order_relaxed);
  auto& home = runtime_.home();
  home.log().write_made([&] {
    return log_record{log_level::info,
                      {},
                      {},
                      name_of(last_.load(std::memory_order_relaxed)) +
                          " cancels all tasks: " + std::string{to_string(next)},
                      home.timers().now()};
  });
  runtime_.cancel(next);
}

} // namespace sweet::inline v0_5::detail
