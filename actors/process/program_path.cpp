// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/program_path.hpp>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>

#include <sys/stat.h>
#include <unistd.h>

namespace sweet::inline v0_5::detail {

namespace {

// Makes a path absolute, because the child looks it up in its own working directory.
std::string absolute(std::string path) {
  if (path.front() == '/')
    return path;
  std::unique_ptr<char, decltype(&std::free)> here{::realpath(".", nullptr), &std::free};
  return here ? std::string{here.get()} + "/" + path : path;
}

} // namespace

program_path find_program(std::string_view name, std::string_view search_path) {
  if (name.find('/') != std::string_view::npos)
    return {std::string{name}, 0};
  int error = ENOENT;
  while (!name.empty()) {
    auto colon = search_path.find(':');
    auto folder = search_path.substr(0, colon);
    auto path = folder.empty() ? std::string{name} : std::string{folder} + "/" + std::string{name};
    struct stat about{};
    if (::stat(path.c_str(), &about) == 0) {
      if (S_ISREG(about.st_mode) && ::access(path.c_str(), X_OK) == 0)
        return {absolute(std::move(path)), 0};
      error = EACCES;
    }
    if (colon == std::string_view::npos)
      break;
    search_path.remove_prefix(colon + 1);
  }
  return {{}, error};
}

} // namespace sweet::inline v0_5::detail
