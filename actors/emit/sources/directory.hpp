#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/sources/folder_entries.hpp>

namespace sweet {

/// What of a folder is given.
struct directory_options {
  bool recursive = false;  ///< also what is in its sub-folders, and theirs
  std::string pattern{};   ///< of names, as in a shell: "*.csv"; empty: all
  bool files_only = false; ///< only regular files, and links to such
};

/// Reads what is in a folder; see source::directory().
///
/// Keeps a folder open for each level it is in. Moves only; used by one thread at a time.
class directory_reader {
public:
  directory_reader(std::filesystem::path folder, directory_options options);

  /// The next path; an io error in place of what is in a folder that cannot be read; nothing at the
  /// end.
  /// @throws task_failure (io) if the folder itself cannot be opened
  std::optional<task_result<std::filesystem::path>> next();

private:
  [[nodiscard]] bool is_wanted(const std::filesystem::directory_entry& entry) const;

  struct level {
    std::filesystem::path folder;
    detail::folder_entries entries;
  };

  std::filesystem::path folder_; ///< to be entered next; empty if none is
  directory_options options_;
  std::vector<level> levels_;
  bool begun_ = false;
};

/// What is in a folder.
class directory_source {
public:
  using value_type = std::filesystem::path;

  directory_source(std::filesystem::path folder, directory_options options);

  [[nodiscard]] directory_reader open() const;

private:
  std::filesystem::path folder_;
  directory_options options_;
};

namespace source {

/// The paths of what is in a folder, in no particular order, each beginning with `folder`; a folder
/// before what is in it. Names that begin with a dot are like others; links to folders are given,
/// but not followed.
///
///     source::directory("data", {.recursive = true, .pattern = "*.csv", .files_only = true})
///
/// `pattern` chooses what is given, not which folders are entered. What is added or removed
/// meanwhile may be given or not.
///
/// Errors: a sub-folder that cannot be read is an io event, "data/secret: Permission denied". A
/// folder that cannot be opened itself ends the source with io.
///
/// @param folder relative to the working directory of the process
[[nodiscard]] directory_source directory(std::filesystem::path folder,
                                         directory_options options = {});

} // namespace source

} // namespace sweet
