// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "carried_file.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace sweet::command {

namespace {

namespace fs = std::filesystem;

task_error no(error_code code, std::string text) {
  return task_error{code, std::move(text)};
}

task_error failed(const std::string& what, const std::string& path) {
  return no(error_code::io, fmt::format("cannot {} the file {}: {}", what, path,
                                        std::generic_category().message(errno)));
}

} // namespace

bool can_be_carried(const std::string& path) {
  const fs::path p{path};
  return !path.empty() && p.is_relative() && p.has_filename() &&
         std::ranges::none_of(p, [](const fs::path& part) { return part == ".."; });
}

task_result<std::vector<carried_file>> read_carried(const std::string& folder,
                                                    const std::vector<std::string>& paths) {
  std::vector<carried_file> result;
  std::size_t total = 0;
  for (const auto& path : paths) {
    const auto where = (fs::path{folder} / path).string();
    std::error_code error;
    const auto status = fs::status(where, error);
    if (!fs::is_regular_file(status))
      return no(error_code::io, fmt::format("there is no file {}", path));
    std::ifstream file{where, std::ios::binary};
    carried_file one{path, (status.permissions() & fs::perms::owner_exec) != fs::perms::none,
                     std::string(largest_carried_file + 1, '\0')};
    if (!file)
      return failed("read", path);
    file.read(one.content.data(), static_cast<std::streamsize>(one.content.size()));
    if (file.bad())
      return failed("read", path);
    one.content.resize(static_cast<std::size_t>(file.gcount()));
    total += one.content.size();
    if (one.content.size() > largest_carried_file)
      return no(error_code::invalid_data,
                fmt::format("the file {} has more than 1 MiB, and does not travel", path));
    if (total > most_carried)
      return no(error_code::invalid_data, "the files have more than 16 MiB, and do not travel");
    result.push_back(std::move(one));
  }
  return result;
}

task_result<void> write_carried(const std::string& folder, const std::vector<carried_file>& files) {
  for (const auto& one : files) {
    if (!can_be_carried(one.path))
      return no(error_code::invalid_data, fmt::format("a file cannot be called {}", one.path));
    const auto where = fs::path{folder} / one.path;
    std::error_code error;
    fs::create_directories(where.parent_path(), error);
    std::ofstream file{where, std::ios::binary | std::ios::trunc};
    file << one.content;
    if (!file.flush())
      return failed("write", one.path);
    if (one.is_program)
      fs::permissions(where, fs::perms::owner_exec, fs::perm_options::add, error);
  }
  return {};
}

} // namespace sweet::command
