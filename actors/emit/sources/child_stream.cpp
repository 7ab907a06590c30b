// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/child_stream.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <iterator>
#include <utility>
#include <variant>

#include <fcntl.h>
#include <poll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sweet/actors/process/end_processes.hpp>
#include <sweet/actors/process/leftover_patience.hpp>
#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/process_group.hpp>
#include <sweet/actors/process/process_mark.hpp>
#include <sweet/actors/process/process_result.hpp>
#include <sweet/actors/task/blocking_poll.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5::detail {

namespace {

// In bytes; nearly every line of an error message is shorter.
constexpr std::size_t most_errors = 1000;

constexpr std::chrono::milliseconds last_wait{1000};

// The last line that is not empty.
std::string_view last_line(std::string_view text) {
  const auto end = text.find_last_not_of("\r\n");
  text = text.substr(0, end == std::string_view::npos ? 0 : end + 1);
  return text.substr(text.rfind('\n') + 1);
}

} // namespace

child_stream::child_stream(process_spec spec, std::string name, std::size_t buffer_size)
    : spec_(std::move(spec)), name_(std::move(name)), size_(std::max<std::size_t>(buffer_size, 1)) {
  spec_.output = process_output::capture;
}

child_stream::~child_stream() {
  if (child_.pid == 0)
    return;
  ::kill(-child_.pid, SIGKILL);
  pollfd exited{child_.pidfd.get(), POLLIN, 0};
  ::poll(&exited, 1, static_cast<int>(last_wait.count()));
  const auto gone = own_children::wait(child_.pid, nullptr, WNOHANG, nullptr) != 0;
  kill_the_rest(child_.pid, gone);
}

// Kills all processes that belong to the child.
void child_stream::kill_the_rest(pid_t group, bool leader_ended) {
  kill_processes(last_wait, [&] {
    process_view view;
    if (family_)
      return family_->members(view, leader_ended);
    std::vector<running_process> result;
    // One system call if the group is empty.
    if (group_runs(group))
      std::copy_if(view.running().begin(), view.running().end(), std::back_inserter(result),
                   [&](const running_process& x) { return x.group == group; });
    return result;
  });
}

void child_stream::start() {
  const unique_fd null{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  if (!null)
    throw task_failure{io_error("/dev/null", errno)};
  const auto with_family = spec_.scope == process_scope::descendants;
  const auto mark = new_process_mark();
  if (with_family)
    spec_.env[own_children::variable] = with_own_marks(own_children::variable, mark);
  auto started = spawn_child(spec_, null);
  if (auto* failure = std::get_if<spawn_failure>(&started))
    throw task_failure{task_error{error_code::io, std::move(failure->message)}};
  child_ = std::get<spawned_child>(std::move(started));
  if (with_family)
    family_.emplace(child_.pid, mark);
  buffer_ = std::make_unique_for_overwrite<char[]>(size_);
}

std::string_view child_stream::read() {
  if (!buffer_)
    start();
  for (;;) {
    const auto n = ::read(child_.out.get(), buffer_.get(), size_);
    if (n >= 0)
      return {buffer_.get(), static_cast<std::size_t>(n)};
    if (errno == EAGAIN && cut_off_)
      return {};
    if (errno == EAGAIN)
      wait(child_.out.get());
    else if (errno != EINTR)
      throw task_failure{io_error(name_, errno)};
  }
}

// Waits until `fd` is readable. Meanwhile reads the errors of the child, which may wait for room to
// write them.
void child_stream::wait(int fd) {
  std::array<pollfd, 3> sources{
      {{fd, POLLIN, 0}, {child_.err.get(), POLLIN, 0}, {end_of_patience(fd), POLLIN, 0}}};
  do {
    blocking_poll(sources);
    if (sources[1].revents != 0)
      read_errors();
    if (sources[2].revents != 0)
      lose_patience();
    sources[1].fd = child_.err.get();
    sources[2].fd = end_of_patience(fd);
  } while (sources[0].revents == 0 && !cut_off_);
}

// The descriptor that says when the output has to end: the process's, until it exits; then a
// timer's.
int child_stream::end_of_patience(int waits_for) const {
  return waits_for == child_.pidfd.get() || cut_off_ ? -1
         : patience_                                 ? patience_.get()
                                                     : child_.pidfd.get();
}

void child_stream::lose_patience() {
  if (patience_) {
    // The output is held by a process that is left behind, or by another one, which is not ours to
    // kill.
    ::kill(-child_.pid, SIGKILL);
    kill_the_rest(child_.pid, false);
    cut_off_ = true;
    return;
  }
  patience_ = unique_fd{::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)};
  if (!patience_)
    throw task_failure{io_error("timerfd_create", errno)};
  itimerspec after{};
  after.it_value.tv_nsec = std::chrono::nanoseconds{leftover_patience}.count();
  ::timerfd_settime(patience_.get(), 0, &after, nullptr);
}

// Reads the errors that are there, without waiting.
void child_stream::read_errors() {
  std::array<char, 4096> piece;
  while (child_.err) {
    const auto n = ::read(child_.err.get(), piece.data(), piece.size());
    if (n > 0) {
      errors_.append(piece.data(), static_cast<std::size_t>(n));
      if (errors_.size() > most_errors)
        errors_.erase(0, errors_.size() - most_errors);
    } else if (n < 0 && errno == EAGAIN) {
      return;
    } else if (n == 0 || errno != EINTR) {
      child_.err.reset();
    }
  }
}

void child_stream::finish() {
  if (child_.pid == 0)
    return;
  wait(child_.pidfd.get());
  read_errors();
  // Until the process has been waited for, the group is surely its own.
  ::kill(-child_.pid, SIGKILL);
  int status = 0;
  exit_status how;
  const auto group = std::exchange(child_.pid, 0);
  how.known = own_children::wait(group, &status, WNOHANG, nullptr) > 0;
  kill_the_rest(group, true);
  how.code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  how.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  how.core_dumped = WIFSIGNALED(status) && WCOREDUMP(status);
  if (how.success())
    return;
  auto message = name_ + ": " + to_string(how);
  if (const auto why = last_line(errors_); !why.empty())
    message.append(": ").append(why);
  throw task_failure{task_error{error_code::failure, std::move(message)}};
}

} // namespace sweet::inline v0_5::detail
