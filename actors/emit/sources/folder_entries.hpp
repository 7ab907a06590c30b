#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <filesystem>
#include <system_error>

#include <sweet/actors/task/check_not_cancelled.hpp>

namespace sweet::inline v0_5::detail {

/// The entries of one folder, each read when it is asked for.
class folder_entries {
public:
  /// @param error why the folder cannot be opened, if so; then it has no entries
  folder_entries(const std::filesystem::path& folder, std::error_code& error)
      : at_(folder, error) {}

  /// The next entry, which stays until the next call; null at the end.
  /// @param error why the folder cannot be read any further, if so; then it is at its end
  /// @throws cancelled if the task that reads is cancelled
  const std::filesystem::directory_entry* next(std::error_code& error) {
    // The caller may want none of the entries: then it emits nothing, where a cancellation would be
    // noticed.
    check_not_cancelled();
    if (begun_)
      at_.increment(error);
    begun_ = true;
    return error || at_ == std::filesystem::directory_iterator{} ? nullptr : &*at_;
  }

private:
  std::filesystem::directory_iterator at_;
  bool begun_ = false;
};

/// Whether the error says that a path does not exist, as opposed to one that cannot be looked at.
[[nodiscard]] inline bool is_absence(const std::error_code& error) noexcept {
  return error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
}

} // namespace sweet::inline v0_5::detail
