// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/child_process.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <iterator>
#include <utility>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sweet/actors/process/leftover_patience.hpp>
#include <sweet/actors/process/own_children.hpp>
#include <sweet/actors/process/process_group.hpp>
#include <sweet/strategies/later.hpp>

namespace sweet::inline v0_5::detail {

namespace {

// How many bytes of one child are read in one go, so that it cannot starve the others.
constexpr std::size_t most_at_once = 1U << 20U;

std::chrono::microseconds to_duration(const timeval& x) {
  return std::chrono::seconds{x.tv_sec} + std::chrono::microseconds{x.tv_usec};
}

// A new program inherits the peak of the process that started it, so only a higher peak is known.
std::uint64_t known_rss(long kib) {
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  return kib > own.ru_maxrss ? static_cast<std::uint64_t>(kib) * 1024 : 0;
}

} // namespace

child_process::child_process(spawned_child child, clock::time_point started,
                             std::optional<process_family> family, process_view& view,
                             output_watcher watch, completion done)
    : pid_(child.pid), started_(started), family_(std::move(family)), view_(view),
      watch_(std::move(watch)), done_(std::move(done)),
      sources_{source{this, std::move(child.pidfd), nullptr},
               source{this, std::move(child.out), &result_.out},
               source{this, std::move(child.err), &result_.err}} {
  result_.pid = pid_;
}

void child_process::source::close() noexcept {
  if (fd && epoll >= 0)
    ::epoll_ctl(epoll, EPOLL_CTL_DEL, fd.get(), nullptr);
  fd.reset();
}

int child_process::terminate(clock::duration grace) noexcept {
  std::lock_guard lock{mutex_};
  if (over_ || (group_gone_ && !family_))
    return ESRCH;
  if (!group_gone_) {
    if (::kill(-pid_, SIGTERM) != 0)
      return errno;
    ::kill(-pid_, SIGCONT);
  }
  auto kill_at = later(clock::now(), grace);
  kill_at_ = kill_at_ ? std::min(*kill_at_, kill_at) : kill_at;
  return 0;
}

int child_process::kill() noexcept {
  std::lock_guard lock{mutex_};
  if (over_ || (group_gone_ && !family_))
    return ESRCH;
  if (!group_gone_ && ::kill(-pid_, SIGKILL) != 0)
    return errno;
  if (!killed_at_)
    killed_at_ = clock::now();
  return 0;
}

std::optional<child_process::clock::time_point> child_process::deadline() const {
  if (ended_)
    return std::nullopt;
  if (next_look_)
    return next_look_;
  std::lock_guard lock{mutex_};
  if (!killed_at_)
    return kill_at_;
  // The group has got its signal, the rest of the family has not.
  return family_ && !members_killed_ ? killed_at_ : std::nullopt;
}

void child_process::on_readable(source& from, std::span<char> buffer) {
  if (from.sink)
    read_from(from, buffer);
  else
    on_exit(buffer);
  if (exited_at_ && !ended_)
    settle(buffer);
}

void child_process::on_deadline(std::span<char> buffer) {
  if (exited_at_)
    return settle(buffer);
  // The grace is over. If the signal fails, the process belongs to another user, and nothing helps.
  kill();
  if (family_)
    kill_members();
}

// Kills what belongs to the process before it has exited; afterwards settle() does that.
void child_process::kill_members() {
  members_killed_ = true;
  next_look_.reset();
  for (const auto& x : members()) {
    send_signal(x, SIGKILL);
    // A process that x is starting just now is not among the members.
    if (x.pid != pid_)
      next_look_ = clock::now() + pause_;
  }
  pause_ = std::min<clock::duration>(pause_ * 2, longest_pause);
}

void child_process::give_up(std::span<char> buffer) {
  view_.forget();
  result_.status.known = exited_at_.has_value();
  for (const auto& x : members())
    result_.still_running.push_back(x.pid);
  // The end of the output may just have come.
  for (auto& s : sources_)
    if (s.sink)
      read_from(s, buffer);
  result_.output_cut_off = !output_closed();
  close_output(buffer);
}

void child_process::complete() {
  done_(std::move(result_));
}

void child_process::read_from(source& from, std::span<char> buffer) {
  std::size_t total = 0;
  while (from.fd && total < most_at_once) {
    auto n = ::read(from.fd.get(), buffer.data(), buffer.size());
    if (n > 0) {
      const std::string_view bytes{buffer.data(), static_cast<std::size_t>(n)};
      if (watch_)
        watch_(bytes);
      else
        from.sink->append(bytes);
      total += static_cast<std::size_t>(n);
    } else if (n == 0) {
      from.close();
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      // No pipe fails otherwise; if one did, nothing more could be read.
      from.close();
    }
  }
}

void child_process::on_exit(std::span<char> buffer) {
  int status = 0;
  rusage usage{};
  pid_t reaped = 0;
  {
    std::lock_guard lock{mutex_};
    reaped = own_children::wait(pid_, &status, WNOHANG, &usage);
    if (reaped == 0)
      return;
    group_gone_ = reap_group();
  }
  result_.status.known = reaped == pid_;
  result_.status.code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
  result_.status.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result_.status.core_dumped = WIFSIGNALED(status) && WCOREDUMP(status);
  result_.usage.wall = clock::now() - started_;
  result_.usage.user = to_duration(usage.ru_utime);
  result_.usage.system = to_duration(usage.ru_stime);
  result_.usage.max_rss = known_rss(usage.ru_maxrss);
  sources_[0].close();
  // What the process itself wrote is all in the pipes by now.
  for (auto& s : sources_)
    if (s.sink)
      read_from(s, buffer);
  exited_at_ = clock::now();
}

// Looks after the processes that are left once the process itself has exited: nearly always none.
void child_process::settle(std::span<char> buffer) {
  std::optional<clock::time_point> kill_at;
  std::optional<clock::time_point> killed_at;
  {
    std::lock_guard lock{mutex_};
    group_gone_ = group_gone_ || reap_group();
    kill_at = kill_at_;
    killed_at = killed_at_;
  }
  const auto rest = family_ ? members() : std::vector<running_process>{};
  const auto gone = family_ ? rest.empty() : group_gone_;
  if (gone && output_closed())
    return end();

  constexpr auto patience = leftover_patience;
  const auto now = clock::now();
  // Not even SIGKILL ends a process that waits for a dead disk, or that belongs to another user;
  // and a process that does not belong to it may hold the output.
  const auto waited_enough =
      now >= *exited_at_ + patience && (gone || (killed_at && now >= *killed_at + patience));
  if (waited_enough)
    return give_up(buffer);
  if (!gone && !killed_at && now >= kill_at.value_or(*exited_at_ + patience)) {
    result_.left_processes = true;
    if (kill_at) {
      kill();
      killed_at = now;
    } else {
      terminate(patience);
      kill_at = now + patience;
    }
    pause_ = first_pause;
  }
  if (killed_at) {
    // Another thread may have killed what was left.
    result_.left_processes = result_.left_processes || (!gone && *killed_at > *exited_at_);
    for (const auto& x : rest)
      send_signal(x, SIGKILL);
  } else if (kill_at) {
    for (const auto& x : rest) {
      const auto is_parent = [&x](const running_process& y) { return y.pid == x.parent; };
      const auto is_same = [&x](const running_process& y) {
        return y.pid == x.pid && y.started == x.started;
      };
      // A parent knows best how to end its children. Each process is asked once: its cleaning up
      // shall not be disturbed.
      if (x.group == pid_ || std::any_of(rest.begin(), rest.end(), is_parent) ||
          std::any_of(asked_.begin(), asked_.end(), is_same))
        continue;
      asked_.push_back(x);
      send_signal(x, SIGTERM);
      send_signal(x, SIGCONT);
    }
  }
  next_look_ = now + pause_;
  pause_ = std::min<clock::duration>(pause_ * 2, longest_pause);
}

void child_process::close_output(std::span<char> buffer) {
  for (auto& s : sources_) {
    if (s.sink)
      read_from(s, buffer);
    s.close();
  }
  end();
}

void child_process::end() noexcept {
  ended_ = true;
  std::lock_guard lock{mutex_};
  over_ = exited_at_.has_value();
}

bool child_process::output_closed() const noexcept {
  return !sources_[1].fd && !sources_[2].fd;
}

// The running processes that belong to this one, itself included.
std::vector<running_process> child_process::members() {
  if (family_)
    return family_->members(view_, exited_at_.has_value());
  std::vector<running_process> result;
  if (!exited_at_ || !group_gone_)
    std::copy_if(view_.running().begin(), view_.running().end(), std::back_inserter(result),
                 [this](const running_process& x) { return x.group == pid_; });
  return result;
}

// Whether no process runs in the group any more. While one does, the number of the group cannot be
// given to others; and between the end of the last one and this look the system would have to hand
// out all its process ids once.
bool child_process::reap_group() {
  // Orphans come to us if we are the first process of a container or a subreaper.
  while (::waitpid(-pid_, nullptr, WNOHANG) > 0) {
  }
  return family_ ? ::kill(-pid_, 0) != 0 && errno == ESRCH : !group_runs(pid_);
}

} // namespace sweet::inline v0_5::detail
