#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "job_file.hpp"
#include "text_place.hpp"

namespace sweet::command {

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

/// The tables of a job file in its order, each checked by itself.
struct job_file_entries {
  std::vector<table_entry> jobs;
  std::vector<table_entry> groups;
};

} // namespace sweet::command
