// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/process_list.hpp>
#include <sweet/actors/process/process_mark.hpp>

namespace sweet::inline v0_5 {

namespace {

using namespace std::chrono_literals;

// Kills all processes that carry `mark`. @returns whether there were any
bool kill_marked(std::string_view mark) {
  detail::process_list all;
  auto found = false;
  while (const char* pid = all.next())
    if (const auto id = static_cast<pid_t>(std::atol(pid));
        detail::has_mark(detail::marks_of(id, orphan_guard::variable), mark))
      found = ::kill(id, SIGKILL) == 0 || found;
  return found;
}

// Blocks until the other end has written a byte (1), or is gone (0).
ssize_t read_byte(int fd) {
  char byte = 0;
  ssize_t n = 0;
  do
    n = ::read(fd, &byte, 1);
  while (n < 0 && errno == EINTR);
  return n;
}

// Runs in the forked process, where every signal is blocked.
[[noreturn]] void stand_guard(detail::unique_fd lifeline, std::string_view mark) {
  // The guard has a session of its own, and has blocked all signals since its fork: a signal from
  // the terminal that ends the guarded process must not end its guard.
  ::setsid();
  ::prctl(PR_SET_NAME, "sweet guard");
  // The guard must keep no file open whose end others wait for.
  int null = ::open("/dev/null", O_RDWR);
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    ::dup2(null, fd);
  constexpr int own = STDERR_FILENO + 1;
  ::dup2(lifeline.get(), own);
  ::closefrom(own + 1);
  if (::chdir("/") != 0)
    ::_exit(1);

  const char stands = 1;
  if (::write(own, &stands, 1) != 1)
    ::_exit(1);
  const auto n = read_byte(own);
  // A process may be starting another while it is killed: only two looks in a row that find none
  // are the end.
  for (int quiet = 0, looks = 0; n == 0 && quiet < 2 && looks < 1000; ++looks) {
    quiet = kill_marked(mark) ? 0 : quiet + 1;
    std::this_thread::sleep_for(5ms);
  }
  ::_exit(0);
}

} // namespace

orphan_guard::orphan_guard() {
  const auto mark = detail::new_process_mark();
  marks_ = detail::with_own_marks(variable, mark);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error{errno, std::generic_category(), "cannot start the orphan guard"};
  detail::unique_fd far_end{ends[0]};
  lifeline_ = detail::unique_fd{ends[1]};
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  {
    detail::own_children::birth birth;
    pid_ = ::fork();
    if (pid_ == 0) {
      lifeline_.reset();
      stand_guard(std::move(far_end), mark);
    }
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid_ < 0)
      throw std::system_error{error, std::generic_category(), "cannot start the orphan guard"};
    birth.named(pid_);
  }
  // Once the guard has answered, it outlives whatever happens to this process, and holds no file of
  // it open.
  far_end.reset();
  if (read_byte(lifeline_.get()) != 1) {
    detail::own_children::wait(pid_);
    throw std::system_error{ECHILD, std::generic_category(), "the orphan guard ended at once"};
  }
}

orphan_guard::~orphan_guard() {
  // If the guard has been killed, nothing reads this, and nothing needs to.
  char dismissed = 1;
  ::send(lifeline_.get(), &dismissed, 1, MSG_NOSIGNAL);
  detail::own_children::wait(pid_);
}

} // namespace sweet::inline v0_5
