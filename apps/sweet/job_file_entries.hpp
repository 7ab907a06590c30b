#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
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

/// What jobs and groups share.
struct common_entry {
  placed<std::string> name;
  std::vector<placed<std::string>> needs;
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<task_priority> priority;
  std::map<std::string, std::string> env;
  /// As the file says; the folder that it means is in `folder`.
  std::optional<std::string> folder;
};

struct intensity_entry {
  std::uint32_t restarts = 0;
  std::chrono::milliseconds within{0};
};

struct group_entry : common_entry {
  std::optional<placed<supervision_strategy>> strategy;
  std::optional<placed<intensity_entry>> intensity;
};

struct job_entry : common_entry {
  std::optional<placed<std::string>> group;
  std::vector<std::string> argv;
  bool leaves_daemons = false;
  bool service = false;
  restart_type restart = restart_type::permanent;
  std::optional<ready_check> ready;
  std::optional<placed<each_settings>> each;
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
  std::vector<job_entry> jobs;
  std::vector<group_entry> groups;
};

/// Reads TOML into entries.
/// @param home the folder of the file, for `cwd`
/// @returns nothing if the text is not TOML, which is then the only error.
[[nodiscard]] std::optional<job_file_entries> read_entries(std::string_view text,
                                                           const std::string& home,
                                                           const folder_test& is_folder,
                                                           error_list& errors);

/// Looks up the names in `needs` and `group`, finds cycles, and merges groups into their jobs.
[[nodiscard]] job_file link_entries(job_file_entries entries, const std::string& home,
                                    error_list& errors);

/// Gives each service of linked jobs its supervisor, and puts the supervisors in order.
void link_supervisors(job_file& file, const std::vector<group_entry>& groups, error_list& errors);

} // namespace sweet::command
