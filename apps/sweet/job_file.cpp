// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file.hpp"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "job_file_entries.hpp"

namespace sweet::command {

namespace {

// The errno of what went wrong, or 0.
int read_all(const std::string& path, std::string& text) {
  struct closer {
    void operator()(std::FILE* f) const { std::fclose(f); }
  };
  std::unique_ptr<std::FILE, closer> file{std::fopen(path.c_str(), "re")};
  if (!file)
    return errno;
  char chunk[16384];
  while (auto n = std::fread(chunk, 1, sizeof chunk, file.get()))
    text.append(chunk, n);
  return std::ferror(file.get()) ? errno : 0;
}

bool is_folder(const std::string& path) {
  std::error_code none;
  return std::filesystem::is_directory(path, none);
}

} // namespace

std::string to_string(const job_file_error& x) {
  return x.line == 0 ? fmt::format("{}: error: {}", x.path, x.message)
                     : fmt::format("{}:{}:{}: error: {}", x.path, x.line, x.column, x.message);
}

job_file_reading parse_job_file(std::string_view text, const std::string& path,
                                const folder_test& folder) {
  auto home = std::filesystem::path{path}.parent_path().string();
  if (home.empty())
    home = ".";
  error_list errors{path};
  job_file_reading result;
  if (auto entries = read_entries(text, home, folder, errors))
    result.file = link_entries(std::move(*entries), home, errors);
  result.errors = errors.take();
  if (!result.errors.empty())
    result.file = {};
  return result;
}

job_file_reading read_job_file(const std::string& path) {
  std::string text;
  if (auto error = read_all(path, text))
    return {
        {},
        {{path, 0, 0, fmt::format("cannot read it: {}", std::generic_category().message(error))}}};
  return parse_job_file(text, path, is_folder);
}

} // namespace sweet::command
