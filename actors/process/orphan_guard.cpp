// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/orphan_guard.hpp>

#include <algorithm>
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

#include <sweet/actors/process/process_list.hpp>

namespace sweet {

namespace {

using namespace std::chrono_literals;

// Process ids come back some day, and so a mark holds the time too.
std::string new_mark() {
  auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(::getpid()) + "-" + std::to_string(std::chrono::nanoseconds{now}.count());
}

// Whether an environment, as /proc gives it, holds the mark as one of the words of the variable.
bool carries(std::string_view environment, std::string_view mark) {
  const auto name = std::string{orphan_guard::variable} + "=";
  while (!environment.empty()) {
    auto entry = environment.substr(0, environment.find('\0'));
    environment.remove_prefix(std::min(entry.size() + 1, environment.size()));
    if (entry.substr(0, name.size()) != name)
      continue;
    entry.remove_prefix(name.size());
    while (!entry.empty()) {
      auto word = entry.substr(0, entry.find(' '));
      if (word == mark)
        return true;
      entry.remove_prefix(std::min(word.size() + 1, entry.size()));
    }
  }
  return false;
}

std::string read_all(const detail::unique_fd& file) {
  std::string result;
  char chunk[4096];
  ssize_t n = 0;
  while (file && (n = ::read(file.get(), chunk, sizeof chunk)) > 0)
    result.append(chunk, static_cast<std::size_t>(n));
  return result;
}

// Whether there was anybody to kill.
bool kill_marked(std::string_view mark) {
  detail::process_list all;
  auto found = false;
  while (const char* pid = all.next())
    if (carries(read_all(all.open(pid, "environ")), mark))
      found = ::kill(static_cast<pid_t>(std::atol(pid)), SIGKILL) == 0 || found;
  return found;
}

[[noreturn]] void stand_guard(detail::unique_fd lifeline, std::string_view mark) {
  // A session of its own, and deaf: what ends the guarded process from its terminal must not end
  // its guard.
  ::setsid();
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT})
    std::signal(number, SIG_IGN);
  ::prctl(PR_SET_NAME, "sweet guard");
  // It must keep nothing open that somebody waits to see closed.
  int null = ::open("/dev/null", O_RDWR);
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    ::dup2(null, fd);
  constexpr int own = STDERR_FILENO + 1;
  ::dup2(lifeline.get(), own);
  ::closefrom(own + 1);
  if (::chdir("/") != 0)
    ::_exit(1);

  char dismissed = 0;
  ssize_t n = 0;
  do
    n = ::read(own, &dismissed, 1);
  while (n < 0 && errno == EINTR);
  // A process may be starting another while it is killed: only two looks in a row that find nobody
  // are the end.
  for (int quiet = 0, looks = 0; n == 0 && quiet < 2 && looks < 1000; ++looks) {
    quiet = kill_marked(mark) ? 0 : quiet + 1;
    std::this_thread::sleep_for(5ms);
  }
  ::_exit(0);
}

} // namespace

orphan_guard::orphan_guard() {
  auto mark = new_mark();
  const char* outer = std::getenv(variable);
  marks_ = outer && *outer ? std::string{outer} + " " + mark : mark;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error{errno, std::generic_category(), "cannot start the orphan guard"};
  detail::unique_fd far_end{ends[0]};
  lifeline_ = detail::unique_fd{ends[1]};
  pid_ = ::fork();
  if (pid_ < 0)
    throw std::system_error{errno, std::generic_category(), "cannot start the orphan guard"};
  if (pid_ == 0) {
    lifeline_.reset();
    stand_guard(std::move(far_end), mark);
  }
}

orphan_guard::~orphan_guard() {
  // If somebody has killed the guard there is nobody to read this, nor any need to.
  char dismissed = 1;
  ::send(lifeline_.get(), &dismissed, 1, MSG_NOSIGNAL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

} // namespace sweet
