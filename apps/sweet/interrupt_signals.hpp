#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <csignal>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::command {

/// Blocks what interrupts a run, SIGINT, SIGTERM and SIGHUP, and SIGCHLD, for this thread and all
/// that it will start. One that comes waits until it is taken, or unblocked.
/// @returns those that interrupt: one that was ignored when the program was started stays ignored,
/// as nohup and shells want it
/// @pre no other thread runs
sigset_t block_signals() noexcept;

/// For what waits for others without hearing signals: from now on an interrupt ends the program.
void unblock_signals() noexcept;

/// Interrupts as something to poll for.
class interrupt_signals {
public:
  /// @param signals what block_signals() has answered
  /// @throws std::system_error if the process is out of descriptors
  explicit interrupt_signals(const sigset_t& signals);

  /// Readable when one has come.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// Takes one that has come.
  /// @returns whether there was one
  bool take() noexcept;

private:
  detail::unique_fd fd_;
};

} // namespace sweet::command
