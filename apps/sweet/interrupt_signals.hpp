#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/unique_fd.hpp>

namespace sweet::command {

/// SIGINT, SIGTERM and SIGHUP as something to poll for. One that was ignored when the program was
/// started stays ignored, as nohup and shells want it.
class interrupt_signals {
public:
  /// Blocks them for this thread and all that it starts: make it before any other thread.
  /// @throws std::system_error if the process is out of descriptors
  interrupt_signals();

  /// Readable when one has come.
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }

  /// Takes one that has come.
  /// @returns whether there was one
  bool take() noexcept;

private:
  detail::unique_fd fd_;
};

} // namespace sweet::command
