#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>

#include <dirent.h>
#include <fcntl.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5::detail {

/// The processes that /proc shows, one after the other.
class process_list {
public:
  process_list() noexcept : folder_(::opendir("/proc")) {}
  process_list(const process_list&) = delete;
  process_list& operator=(const process_list&) = delete;
  ~process_list() {
    if (folder_)
      ::closedir(folder_);
  }

  /// Whether there is a /proc at all.
  explicit operator bool() const noexcept { return folder_ != nullptr; }

  /// The id of the next process as text, valid until the next call; null: there is none.
  const char* next() noexcept {
    while (auto* entry = folder_ ? ::readdir(folder_) : nullptr)
      if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
        return entry->d_name;
    return nullptr;
  }

  /// Opens a file of a process for reading; empty if it has ended meanwhile.
  [[nodiscard]] unique_fd open(const char* pid, const char* file) const {
    auto path = std::string{pid} + "/" + file;
    return unique_fd{::openat(::dirfd(folder_), path.c_str(), O_RDONLY | O_CLOEXEC)};
  }

private:
  DIR* folder_;
};

} // namespace sweet::inline v0_5::detail
