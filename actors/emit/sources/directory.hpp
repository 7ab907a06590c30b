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

namespace sweet::inline v0_5 {

/// Which entries of a folder a directory_source emits.
struct directory_options {
  bool recursive = false;  ///< whether entries of folders below it are emitted, too
  std::string pattern{};   ///< a pattern of names, as in a shell: "*.csv"; empty: all
  bool files_only = false; ///< whether only regular files, and links to them, are emitted
};

/// Reads the entries of a folder; see source::directory(). It keeps a folder open for each level
/// that it is in. Move-only; one thread at a time uses it.
class directory_reader {
public:
  /// Reads a folder, which the first next() opens.
  directory_reader(std::filesystem::path folder, directory_options options);

  /// Returns the next path; an io error in place of the entries of a folder that cannot be read;
  /// empty at the end.
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

/// The entries of a folder; source::directory() makes it.
class directory_source {
public:
  /// The type of the events.
  using value_type = std::filesystem::path;

  /// Describes a folder; see source::directory().
  directory_source(std::filesystem::path folder, directory_options options);

  /// Returns a reader that opens the folder.
  [[nodiscard]] directory_reader open() const;

private:
  std::filesystem::path folder_;
  directory_options options_;
};

namespace source {

/// Emits the paths of the entries of a folder, in no particular order, each beginning with
/// `folder`; a folder comes before its own entries. Names that begin with a dot are like others;
/// links to folders are emitted, but not followed.
///
///     source::directory("data", {.recursive = true, .pattern = "*.csv", .files_only = true})
///
/// `pattern` chooses which entries are emitted, not which folders are entered. An entry that is
/// added or removed meanwhile may be emitted or not.
///
/// Errors: a folder below that cannot be read is an io event, "data/secret: Permission denied". A
/// folder that cannot be opened itself ends the source with io.
///
/// @param folder relative to the working directory of the process
/// @param options which entries are emitted
[[nodiscard]] directory_source directory(std::filesystem::path folder,
                                         directory_options options = {});

} // namespace source

} // namespace sweet::inline v0_5
