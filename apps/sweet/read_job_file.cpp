// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "read_job_file.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>

#include "error_list.hpp"
#include "link_entries.hpp"
#include "read_entries.hpp"

namespace sweet::command {

namespace {

struct reading {
  std::string text;
  std::string problem; ///< empty: none
  bool interrupted = false;
};

std::string error_text(int error) {
  return fmt::format("cannot read it: {}", std::generic_category().message(error));
}

// Reads a whole file, until an interrupt: unless it is a plain file, its text may be long in
// coming, or never end.
reading read_all(const std::string& path, int interrupt) {
  reading result;
  const detail::unique_fd own{
      path == "-" ? -1 : ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  if (path != "-" && !own) {
    result.problem = error_text(errno);
    return result;
  }
  const int fd = own ? own.get() : STDIN_FILENO;
  char chunk[16384];
  while (result.problem.empty()) {
    std::array<pollfd, 2> wait{{{fd, POLLIN, 0}, {interrupt, POLLIN, 0}}};
    if (::poll(wait.data(), wait.size(), -1) < 0)
      continue;
    if (wait[0].revents == 0) {
      result.interrupted = true;
      break;
    }
    const auto n = ::read(fd, chunk, sizeof chunk);
    if (n == 0)
      break;
    if (n > 0)
      result.text.append(chunk, static_cast<std::size_t>(n));
    else if (errno != EAGAIN && errno != EINTR)
      result.problem = error_text(errno);
    if (result.text.size() > largest_job_file)
      result.problem =
          fmt::format("is larger than the {} bytes that a job file may have", largest_job_file);
  }
  return result;
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

} // namespace

job_file_reading parse_job_file(std::string_view text, const std::string& path,
                                const folder_test& folder) {
  auto home = std::filesystem::path{path}.parent_path().string();
  if (home.empty())
    home = ".";
  error_list errors{path};
  job_file_reading result;
  if (auto entries = read_entries(text, home, folder, errors))
    result.file = link_entries(std::move(*entries), errors);
  result.errors = errors.take();
  if (!result.errors.empty())
    result.file = {};
  return result;
}

job_file_reading read_job_file(const std::string& path, int interrupt) {
  const auto from_input = path == "-";
  const auto name = from_input ? std::string{"standard input"} : path;
  const auto text = read_all(path, interrupt);
  if (text.interrupted)
    return {{}, {}, true};
  if (!text.problem.empty())
    return {{}, {{name, 0, 0, text.problem}}};
  auto result = parse_job_file(text.text, name, is_folder);
  for (const auto& job : result.file.jobs)
    if (from_input && job.each && job.each->reads_standard_input())
      result.errors.push_back({name, 0, 0,
                               fmt::format("`{}` takes its items from standard input, which gives "
                                           "the job file itself; give one of them a file",
                                           job.name)});
  return result;
}

} // namespace sweet::command
