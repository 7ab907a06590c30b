// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/directory.hpp>

#include <system_error>
#include <utility>

#include <fnmatch.h>

#include <sweet/actors/emit/sources/byte_stream.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5 {

static_assert(event_source<directory_source>);

directory_reader::directory_reader(std::filesystem::path folder, directory_options options)
    : folder_(std::move(folder)), options_(std::move(options)) {}

std::optional<task_result<std::filesystem::path>> directory_reader::next() {
  for (;;) {
    std::error_code error;
    if (const auto folder = std::exchange(folder_, {}); !begun_ || !folder.empty()) {
      detail::folder_entries entries{folder, error};
      if (error && !begun_)
        throw task_failure{detail::io_error(folder.string(), error.value())};
      begun_ = true;
      if (!error)
        levels_.push_back({folder, std::move(entries)});
      else if (!detail::is_absence(error)) // it may have gone since it was seen
        return detail::io_error(folder.string(), error.value());
    }
    if (levels_.empty())
      return std::nullopt;
    const auto* entry = levels_.back().entries.next(error);
    if (entry == nullptr) {
      const auto folder = std::move(levels_.back().folder);
      levels_.pop_back();
      if (error)
        return detail::io_error(folder.string(), error.value());
      continue;
    }
    if (options_.recursive && !entry->is_symlink(error) && entry->is_directory(error))
      folder_ = entry->path();
    if (is_wanted(*entry))
      return entry->path();
  }
}

bool directory_reader::is_wanted(const std::filesystem::directory_entry& entry) const {
  std::error_code ignored;
  return (options_.pattern.empty() ||
          ::fnmatch(options_.pattern.c_str(), entry.path().filename().c_str(), 0) == 0) &&
         (!options_.files_only || entry.is_regular_file(ignored));
}

directory_source::directory_source(std::filesystem::path folder, directory_options options)
    : folder_(std::move(folder)), options_(std::move(options)) {}

directory_reader directory_source::open() const {
  return {folder_, options_};
}

directory_source source::directory(std::filesystem::path folder, directory_options options) {
  return {std::move(folder), std::move(options)};
}

} // namespace sweet::inline v0_5
