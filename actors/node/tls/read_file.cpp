// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/read_file.hpp>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5::detail::tls {

namespace {

constexpr std::size_t max_bytes = 1 << 20;

} // namespace

task_result<std::string> read_file(const std::string& path, std::string_view what, readers who) {
  const auto named = std::string{what} + " " + path;
  const auto io_error = [&] {
    return task_error{error_code::io,
                      "cannot read " + named + ": " + std::generic_category().message(errno)};
  };
  const unique_fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  struct stat about{};
  if (!file || ::fstat(file.get(), &about) != 0)
    return io_error();
  if (who == readers::owner && about.st_uid == ::geteuid() && (about.st_mode & 077) != 0) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(about.st_mode & 07777));
    return task_error{error_code::invalid_data, "other users can read or write " + named +
                                                    " (its mode is " + mode + "): chmod 600 " +
                                                    path};
  }
  std::string text;
  for (char part[4096];;) {
    const auto size = ::read(file.get(), part, sizeof part);
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0)
      return io_error();
    if (size == 0)
      return text;
    text.append(part, static_cast<std::size_t>(size));
    if (text.size() > max_bytes)
      return task_error{error_code::invalid_data, named + " has more than 1 MiB"};
  }
}

} // namespace sweet::inline v0_5::detail::tls
