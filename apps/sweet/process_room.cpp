// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "process_room.hpp"

#include <algorithm>
#include <system_error>

#include <dirent.h>
#include <sys/resource.h>

namespace sweet::command {

namespace {

// Per process: its pidfd, its output, and the file that much output is put into.
constexpr std::uint64_t files_per_process = 3;
// For all else: the runtime, files of items, checks of ports, outputs that wait for their reader.
constexpr std::uint64_t other_files = 24;

std::uint64_t files_open_now() {
  std::uint64_t count = 0;
  if (auto* folder = ::opendir("/proc/self/fd")) {
    while (::readdir(folder))
      ++count;
    ::closedir(folder);
  }
  return count;
}

} // namespace

process_room::process_room(const event_queue& events) : events_(events) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  open_files_ = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
    limit.rlim_cur = open_files_;
  const auto taken = files_open_now() + other_files;
  most_ = std::max<std::uint64_t>(
      limit.rlim_cur > taken ? (limit.rlim_cur - taken) / files_per_process : 0, 1);
}

std::optional<task_result<process_room::started_process>>
process_room::start(task_context ctx, process_spec spec, purpose what) {
  if (what == purpose::job && events_.is_full())
    return std::nullopt;
  // Read before the try: a process that ends meanwhile is a reason to try again.
  const auto others = passing_.load(std::memory_order_acquire);
  if (others > 0 && others + services_.load(std::memory_order_acquire) >= most_)
    return std::nullopt;
  place where{*this, what};
  spec.open_files = open_files_;
  auto started = task_process::start(ctx, spec);
  if (started.is_ok())
    return task_result<started_process>{
        started_process{std::move(started).value(), std::move(where)}};
  if (started.error().code() == error_code::resource_limit && others > 0)
    return std::nullopt;
  return task_result<started_process>{started.error()};
}

} // namespace sweet::command
