// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "read_entries.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "did_you_mean.hpp"
#include "job_file_each.hpp"
#include "job_file_values.hpp"
#include "job_keys.hpp"
#include "key_depth.hpp"
#include "printable_text.hpp"
#include "read_keys.hpp"

namespace sweet::command {

namespace {

// Reads the tables of one file. Every member reports errors and goes on.
class entry_reader : value_reader {
public:
  entry_reader(const std::string& home, const folder_test& is_folder, error_list& errors)
      : value_reader(home, is_folder, errors), home_(home) {}

  job_file_entries read(const toml::table& root) {
    for (auto&& [key, node] : root) {
      if (key.str() == "job")
        read_named_tables(key, node, entries_.jobs, &entry_reader::read_job);
      else if (key.str() == "group")
        read_named_tables(key, node, entries_.groups, &entry_reader::read_group);
      else
        errors().add(
            place_of(key.source()),
            fmt::format("unknown key `{}`{}; a job file holds [job.NAME] and [group.NAME] tables",
                        key.str(), did_you_mean(key.str(), {"job", "group"})));
    }
    auto by_place = [](const table_entry& a, const table_entry& b) {
      return a.name.place < b.name.place;
    };
    std::sort(entries_.jobs.begin(), entries_.jobs.end(), by_place);
    std::sort(entries_.groups.begin(), entries_.groups.end(), by_place);
    return std::move(entries_);
  }

private:
  void read_named_tables(const toml::key& kind, const toml::node& node,
                         std::vector<table_entry>& to,
                         void (entry_reader::*read_entry)(const toml::table&, table_entry&)) {
    const auto* tables = node.as_table();
    if (!tables) {
      errors().add(
          place_of(kind.source()),
          fmt::format("`{0}` must be tables with a name each: write [{0}.NAME]", kind.str()));
      return;
    }
    for (auto&& [key, child] : *tables) {
      const auto* table = child.as_table();
      auto place = place_of(key.source());
      if (!table) {
        errors().add(place,
                     fmt::format("`{}` stands in [{}] itself; put it under a name: [{}.NAME]",
                                 key.str(), kind.str(), kind.str()));
        continue;
      }
      if (key.str().empty() || has_control_character(key.str())) {
        errors().add(place, fmt::format("a {} needs a name of printable characters", kind.str()));
        continue;
      }
      enter(kind.str(), key.str());
      auto& entry = to.emplace_back();
      entry.name = {std::string{key.str()}, place};
      (this->*read_entry)(*table, entry);
    }
  }

  void read_job(const toml::table& table, table_entry& to) {
    to.cwd = home_;
    to.given = read_keys(*this, table, job_keys(), {key_place::job, key_place::service}, to);
    if (!table.contains("run"))
      errors().add(to.name.place, fmt::format("{} has no `run`; add {}", title(), run_forms));
    else if (to.each && !to.argv.empty())
      read_each_command(*this, *table.get("run"), to.argv, *to.each);
    check_kind(to);
    check_carried(to);
    if (to.kind == job_kind::service && to.name.value.find('/') != std::string::npos)
      errors().add(
          to.name.place,
          fmt::format("the name of the service {} has a slash; use another sign", title()));
  }

  void read_group(const toml::table& table, table_entry& to) {
    to.given =
        read_keys(*this, table, job_keys(), {key_place::group, key_place::group_of_services}, to);
  }

  // Reports files that cannot go to a node.
  void check_carried(const table_entry& entry) {
    for (const auto& [key, paths] : {std::pair{std::string_view{"inputs"}, &entry.inputs},
                                     std::pair{std::string_view{"outputs"}, &entry.outputs}})
      for (const auto& path : *paths)
        if (const std::filesystem::path p{path};
            p.is_absolute() || !p.has_filename() || std::ranges::find(p, "..") != p.end())
          refuse(key, entry.given.at(key).place,
                 "must be paths within the folder of the job, without `..`");
  }

  // Reports keys that only services have, or only jobs that end.
  void check_kind(const table_entry& entry) {
    const auto is_service = entry.kind == job_kind::service;
    for (const auto& key : job_keys())
      if (const auto given = entry.given.find(key.name);
          given != entry.given.end() &&
          !key.places.has(is_service ? key_place::service : key_place::job))
        refuse(key.name, given->second.place,
               is_service ? "is for jobs that end; a service runs until the run is over: remove it"
                          : R"(is for services; add kind = "service", or remove it)");
  }

  const std::string& home_;
  job_file_entries entries_;
};

} // namespace

std::optional<job_file_entries> read_entries(std::string_view text, const std::string& home,
                                             const folder_test& is_folder, error_list& errors) {
  if (const auto place = too_deep_key(text)) {
    errors.add(*place, fmt::format("a key of {} parts or more, or as many tables and arrays within "
                                   "each other; no job file needs more than a few",
                                   most_key_parts));
    return std::nullopt;
  }
  auto parsed = toml::parse(text);
  if (!parsed) {
    const auto& error = parsed.error();
    auto what = std::string{error.description()};
    // The parser's word for a name that is used twice.
    auto twice = what.find("redefine") != std::string::npos;
    errors.add(place_of(error.source()),
               twice ? fmt::format("a name is given twice ({}); rename or remove one", what)
                     : fmt::format("not TOML: {}", what));
    return std::nullopt;
  }
  return entry_reader{home, is_folder, errors}.read(parsed.table());
}

} // namespace sweet::command
