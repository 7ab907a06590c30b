#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/sources/folder_entries.hpp>

namespace sweet::inline v0_5 {

/// Reads the paths that match a pattern; see source::glob(). It keeps a folder open for each level
/// that it is in. Move-only; one thread at a time uses it.
class glob_reader {
public:
  /// The part of a pattern between two slashes.
  struct part {
    /// The kinds of parts: a plain name, a pattern, or `**`.
    enum class kind : std::uint8_t { name, pattern, any_folders };
    kind what = kind::name; ///< the kind
    std::string text{};     ///< the name or the pattern
  };

  /// Reads the paths that match the parts of a pattern.
  explicit glob_reader(std::shared_ptr<const std::vector<part>> parts);

  /// Returns the next path; an io error in place of the entries of a folder that cannot be read;
  /// empty at the end.
  std::optional<task_result<std::filesystem::path>> next();

private:
  using result = std::optional<task_result<std::filesystem::path>>;

  /// A path that matches all parts before `next`.
  struct beginning {
    std::filesystem::path path;
    std::size_t next = 0;
  };

  /// A folder whose entries are compared with part `next`.
  struct level {
    beginning folder;
    detail::folder_entries entries;
  };

  result look_at(beginning found);
  result look_into(beginning folder);
  result hold_against(const std::filesystem::directory_entry& entry, const beginning& folder);

  std::shared_ptr<const std::vector<part>> parts_;
  std::vector<beginning> found_; ///< not looked at yet
  std::vector<level> levels_;
};

/// The paths that match a pattern; source::glob() makes it.
class glob_source {
public:
  /// The type of the events.
  using value_type = std::filesystem::path;

  /// Describes a pattern; see source::glob().
  /// @throws std::invalid_argument if it is empty or has more than one `**`
  explicit glob_source(std::string_view pattern);

  /// Returns a reader of the paths.
  [[nodiscard]] glob_reader open() const;

private:
  std::shared_ptr<const std::vector<glob_reader::part>> parts_;
};

namespace source {

/// Emits the paths that match a pattern of the shell, in no particular order. No match is no error.
///
///     source::glob("data/*/part-??.csv")
///     source::glob("src/**/*.cpp")
///
/// `*`, `?` and `[...]` match neither slashes nor a dot at the begin of a name; a backslash takes
/// the meaning of the character behind it. A part that is `**` stands for any number of folders,
/// none included, except folders that begin with a dot, and links; at the end of a pattern, for all
/// that is in them. A slash at the end leaves folders only.
///
/// Errors: a folder that cannot be read is an io event, "data/secret: Permission denied".
///
/// @param pattern relative to the working directory of the process
/// @throws std::invalid_argument if it is empty or has more than one `**`
[[nodiscard]] glob_source glob(std::string_view pattern);

} // namespace source

} // namespace sweet::inline v0_5
