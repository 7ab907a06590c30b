#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job_file.hpp"

namespace sweet::command {

/// A place in a job file, from 1.
struct text_place {
  std::size_t line = 0;
  std::size_t column = 0;

  auto operator<=>(const text_place&) const = default;
};

/// What a table says, before names were looked up.
template <class T>
struct placed {
  T value{};
  text_place place;
};

/// A key that a table has.
struct given_key {
  text_place place;
  /// Whether its value could be read.
  bool good = false;
};

/// The keys that a table has, by their names in the table of all keys.
using given_keys = std::map<std::string_view, given_key>;

/// Whether a job is expected to end.
enum class job_kind : std::uint8_t { job, service };

} // namespace sweet::command

template <>
struct sweet::detail::enum_names<sweet::command::job_kind> {
  static constexpr std::string_view type = "job_kind";
  static constexpr std::array<std::string_view, 2> values{"job", "service"};
};

namespace sweet::command {

/// What [job.NAME] or [group.NAME] says. job_keys() tells which key is read into which field.
struct table_entry : job_settings {
  placed<std::string> name;
  given_keys given;
  std::vector<placed<std::string>> needs;
  std::optional<placed<std::string>> group;
  job_kind kind = job_kind::job;
  service_settings service;
  supervisor_settings supervisor;
};

/// Gathers what is wrong; every check goes on after an error so that one run shows them all.
class error_list {
public:
  explicit error_list(std::string path) : path_(std::move(path)) {}

  void add(text_place where, std::string message) { errors_.emplace(where, std::move(message)); }

  [[nodiscard]] bool empty() const noexcept { return errors_.empty(); }

  /// All errors in the order of the text.
  [[nodiscard]] std::vector<job_file_error> take();

private:
  std::string path_;
  std::multimap<text_place, std::string> errors_; ///< those of one place as they came
};

/// The tables of a job file in its order, each checked for itself.
struct job_file_entries {
  std::vector<table_entry> jobs;
  std::vector<table_entry> groups;
};

/// Reads TOML into entries.
/// @param home the folder of the file, for `cwd`
/// @returns nothing if the text is not TOML, which is then the only error.
[[nodiscard]] std::optional<job_file_entries> read_entries(std::string_view text,
                                                           const std::string& home,
                                                           const folder_test& is_folder,
                                                           error_list& errors);

/// Looks up the names in `needs` and `group`, finds cycles, and merges groups into their jobs.
[[nodiscard]] job_file link_entries(job_file_entries entries, error_list& errors);

/// Gives each service of linked jobs its supervisor, and puts the supervisors in order.
void link_supervisors(job_file& file, const std::vector<table_entry>& groups, error_list& errors);

} // namespace sweet::command
