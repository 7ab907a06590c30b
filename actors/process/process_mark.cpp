// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/process_mark.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5::detail {

namespace {

std::string environment_of(pid_t process) {
  const auto path = "/proc/" + std::to_string(process) + "/environ";
  const unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  std::string result;
  char chunk[4096];
  while (file) {
    const auto n = ::read(file.get(), chunk, sizeof chunk);
    if (n > 0)
      result.append(chunk, static_cast<std::size_t>(n));
    else if (n == 0 || errno != EINTR)
      break;
  }
  return result;
}

} // namespace

std::string new_process_mark() {
  // Process ids come back some day, so a mark holds the time too; the number keeps apart the marks
  // of one moment. Relaxed: nothing but the number is shared.
  static std::atomic<std::uint64_t> number{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(::getpid()) + "-" + std::to_string(std::chrono::nanoseconds{now}.count()) +
         "-" + std::to_string(number.fetch_add(1, std::memory_order_relaxed));
}

std::string with_own_marks(const char* variable, const std::string& mark) {
  const char* outer = std::getenv(variable);
  return outer && *outer ? std::string{outer} + " " + mark : mark;
}

std::string marks_of(pid_t process, std::string_view variable) {
  const auto all = environment_of(process);
  std::string_view rest{all};
  while (!rest.empty()) {
    const auto entry = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(std::min(entry.size() + 1, rest.size()));
    if (entry.size() > variable.size() && entry.starts_with(variable) &&
        entry[variable.size()] == '=')
      return std::string{entry.substr(variable.size() + 1)};
  }
  return {};
}

bool has_mark(std::string_view marks, std::string_view mark) {
  while (!marks.empty()) {
    const auto word = marks.substr(0, marks.find(' '));
    if (word == mark)
      return true;
    marks.remove_prefix(std::min(word.size() + 1, marks.size()));
  }
  return false;
}

} // namespace sweet::inline v0_5::detail
