#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <csignal>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::command {

/// Blocks the signals that interrupt a run (SIGINT, SIGTERM and SIGHUP), and SIGCHLD, for this
/// thread and all threads that it will start. A signal that comes waits until it is taken, or
/// unblocked.
/// @returns the signals that interrupt: a signal that was ignored when the program was started
/// stays ignored, as nohup and shells want it
/// @pre no other thread runs
sigset_t block_signals() noexcept;

/// Makes an interrupt end the program from now on: for code that waits without hearing signals.
void unblock_signals() noexcept;

/// Interrupts as something to poll for.
class interrupt_signals {
public:
  /// @param signals what block_signals() has returned
  /// @throws std::system_error if the process is out of descriptors
  explicit interrupt_signals(const sigset_t& signals);

  /// A descriptor that is readable when a signal has come.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// Takes a signal that has come.
  /// @returns which one; 0: there was none
  int take() noexcept;

private:
  detail::unique_fd fd_;
};

} // namespace sweet::command
