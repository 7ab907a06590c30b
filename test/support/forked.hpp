#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/testing/captured_stderr.hpp>

#include <csignal>
#include <stdexcept>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

namespace sweet::inline v0_5::testing {

/// How a process has ended.
struct forked_outcome {
  bool aborted = false;
  bool exited = false;
  int exit_code = 0;
  std::string standard_error;
};

/// Calls `f` in a process of its own, whose exit code it returns. For what ends a process, or
/// leaves it in a state that no other test should see. @pre no other thread of this process holds a
/// lock
template <class F>
forked_outcome in_forked_process(F&& f) {
  const captured_stderr err;
  const auto child = ::fork();
  if (child == 0) {
    std::signal(SIGABRT, SIG_DFL);
    ::_exit([&]() noexcept { return f(); }());
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child)
    throw std::runtime_error{"cannot fork, or wait for the child"};
  return {WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, WIFEXITED(status),
          WIFEXITED(status) ? WEXITSTATUS(status) : 0, err.text()};
}

} // namespace sweet::inline v0_5::testing
