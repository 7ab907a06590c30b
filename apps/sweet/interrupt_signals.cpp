// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "interrupt_signals.hpp"

#include <cerrno>
#include <system_error>

#include <sys/signalfd.h>
#include <unistd.h>

namespace sweet::command {

sigset_t block_signals() noexcept {
  sigset_t result;
  sigemptyset(&result);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction action{};
    ::sigaction(number, nullptr, &action);
    // A blocked signal is queued even if it is ignored.
    if (action.sa_handler != SIG_IGN)
      sigaddset(&result, number);
  }
  auto all = result;
  sigaddset(&all, SIGCHLD);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  return result;
}

void unblock_signals() noexcept {
  sigset_t none;
  sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

interrupt_signals::interrupt_signals(const sigset_t& signals)
    : fd_(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)) {
  if (!fd_)
    throw std::system_error{errno, std::generic_category(), "signalfd"};
}

int interrupt_signals::take() noexcept {
  signalfd_siginfo info{};
  return ::read(fd_.get(), &info, sizeof info) == sizeof info ? static_cast<int>(info.ssi_signo)
                                                              : 0;
}

} // namespace sweet::command
