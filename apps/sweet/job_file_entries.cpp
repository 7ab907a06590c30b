// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_entries.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "did_you_mean.hpp"
#include "job_file_each.hpp"
#include "job_file_values.hpp"
#include "key_depth.hpp"
#include "printable_text.hpp"

namespace sweet::command {

namespace {

const names job_keys{"run",   "needs", "timeout", "priority", "env",  "cwd",
                     "group", "kind",  "restart", "ready",    "each", "leaves_daemons"};
const names group_keys{"needs", "timeout", "priority", "env", "cwd", "strategy", "intensity"};
const names kinds{"job", "service"};
const names ready_keys{"command", "port", "log", "within"};
const names intensity_keys{"restarts", "within"};

constexpr std::string_view run_forms = R"(run = "COMMAND" or run = ["PROGRAM", "ARGUMENT"])";
constexpr std::string_view ready_forms =
    R"(ready = { command = "COMMAND" }, { port = NUMBER } or { log = "PART OF A LINE" })";

// Reads the tables of one file. Every member reports what is wrong and goes on.
class entry_reader : value_reader {
public:
  entry_reader(const std::string& home, const folder_test& is_folder, error_list& errors)
      : value_reader(errors), home_(home), is_folder_(is_folder) {}

  job_file_entries read(const toml::table& root) {
    for (auto&& [key, node] : root) {
      if (key.str() == "job")
        read_named_tables(key, node, [&](job_entry x) { entries_.jobs.push_back(std::move(x)); });
      else if (key.str() == "group")
        read_named_tables(key, node,
                          [&](group_entry x) { entries_.groups.push_back(std::move(x)); });
      else
        errors().add(
            place_of(key.source()),
            fmt::format("unknown key `{}`{}; a job file holds [job.NAME] and [group.NAME] tables",
                        key.str(), did_you_mean(key.str(), {"job", "group"})));
    }
    auto by_place = [](const common_entry& a, const common_entry& b) {
      return a.name.place < b.name.place;
    };
    std::sort(entries_.jobs.begin(), entries_.jobs.end(), by_place);
    std::sort(entries_.groups.begin(), entries_.groups.end(), by_place);
    return std::move(entries_);
  }

private:
  template <class Add>
  void read_named_tables(const toml::key& kind, const toml::node& node, Add add) {
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
      if constexpr (std::is_invocable_v<Add, job_entry>)
        add(read_job(key, place, *table));
      else
        add(read_group(key, place, *table));
    }
  }

  job_entry read_job(const toml::key& name, text_place place, const toml::table& table) {
    job_entry result;
    result.name = {std::string{name.str()}, place};
    enter("job", name.str());
    for (auto&& [key, node] : table) {
      if (key.str() == "run")
        read_command(key, node, run_forms, result.argv);
      else if (key.str() == "group")
        result.group = read_text(key, node, "the name of its group");
      else if (key.str() == "kind")
        result.service = read_choice(key, node, kinds) == 1U;
      else if (key.str() == "restart")
        read_enum(key, node, result.restart);
      else if (key.str() == "ready")
        result.ready = read_ready(key, node);
      else if (key.str() == "each")
        result.each = read_items(key, node);
      else if (key.str() == "leaves_daemons")
        read_boolean(key, node, result.leaves_daemons);
      else
        read_common(key, node, result, job_keys);
    }
    if (!table.contains("run"))
      errors().add(place, fmt::format("{} has no `run`; add {}", title(), run_forms));
    else if (result.each && !result.argv.empty())
      read_each_command(*this, *table.get("run"), result.argv, result.each->value);
    check_kind(table, result.service);
    if (result.service && name.str().find('/') != std::string_view::npos)
      errors().add(
          place, fmt::format("the name of the service {} has a slash; use another sign", title()));
    return result;
  }

  group_entry read_group(const toml::key& name, text_place place, const toml::table& table) {
    group_entry result;
    result.name = {std::string{name.str()}, place};
    enter("group", name.str());
    for (auto&& [key, node] : table) {
      if (key.str() == "strategy") {
        supervision_strategy value{};
        if (read_enum(key, node, value))
          result.strategy = {value, place_of(key.source())};
      } else if (key.str() == "intensity") {
        if (auto value = read_intensity(key, node))
          result.intensity = {*value, place_of(key.source())};
      } else {
        read_common(key, node, result, group_keys);
      }
    }
    return result;
  }

  // What only services have, or only jobs that end.
  void check_kind(const toml::table& table, bool service) {
    const auto refuse = [&](std::string_view key, std::string_view why) {
      if (const auto found = table.find(key); found != table.end())
        errors().add(place_of(found->first.source()),
                     fmt::format("`{}` in {} {}", key, title(), why));
    };
    if (service) {
      refuse("timeout", "is for jobs that end; a service runs until the run is over: remove it");
      refuse("each", "is for jobs that end; a service runs until the run is over: remove it");
      return;
    }
    for (const auto* key : {"restart", "ready"})
      refuse(key, R"(is for services; add kind = "service", or remove it)");
  }

  void read_common(const toml::key& key, const toml::node& node, common_entry& to,
                   const names& known) {
    if (key.str() == "needs")
      read_needs(node, to.needs);
    else if (key.str() == "timeout")
      read_duration(key, node, to.timeout);
    else if (key.str() == "priority")
      read_priority(key, node, to.priority);
    else if (key.str() == "env")
      read_env(node, to.env);
    else if (key.str() == "cwd")
      read_cwd(key, node, to.folder);
    else
      unknown_key(key, node, known);
  }

  void read_command(const toml::key& key, const toml::node& node, std::string_view forms,
                    std::vector<std::string>& argv) {
    const auto complain = [&](const toml::node& where, std::string_view what) {
      errors().add(place_of(where), fmt::format("`{}` in {} {}", key.str(), title(), what));
    };
    if (const auto* text = node.as_string()) {
      if (text->get().find_first_not_of(" \t\r\n") == std::string::npos)
        complain(node, fmt::format("is empty; write {}", forms));
      else if (has_nul(text->get()))
        complain(node, "holds a NUL character; remove it");
      else
        argv = {"/bin/sh", "-c", text->get()};
      return;
    }
    const auto* array = node.as_array();
    if (!array)
      return complain(node, fmt::format("is {}; write {}", type_text(node), forms));
    for (const auto& element : *array) {
      const auto* text = element.as_string();
      if (!text)
        errors().add(place_of(element),
                     fmt::format("an element of `{}` in {} is {}; each must be a string", key.str(),
                                 title(), type_text(element)));
      else if (has_nul(text->get()))
        complain(element, "holds a NUL character; remove it");
      else
        argv.push_back(text->get());
    }
    if (array->empty() || (!argv.empty() && argv.front().empty()))
      complain(node, fmt::format("names no program; write {}", forms));
  }

  std::optional<ready_check> read_ready(const toml::key& key, const toml::node& node) {
    const auto* table = node.as_table();
    if (!table) {
      wrong_type(key, node, fmt::format("a table: {}", ready_forms));
      return std::nullopt;
    }
    ready_check result;
    std::size_t ways = 0;
    for (auto&& [name, value] : *table) {
      ways += name.str() != "within" ? 1 : 0;
      if (name.str() == "command") {
        read_command(name, value, R"(command = "COMMAND" or ["PROGRAM", "ARGUMENT"])",
                     result.command);
      } else if (name.str() == "port") {
        if (auto port = read_integer(name, value, 1, 65'535))
          result.port = static_cast<std::uint16_t>(*port);
      } else if (name.str() == "log") {
        if (auto text = read_text(name, value, "part of a line that it prints when it serves"))
          result.log = std::move(text->value);
      } else if (name.str() == "within") {
        std::optional<std::chrono::milliseconds> within;
        read_duration(name, value, within);
        result.within = within.value_or(result.within);
      } else {
        unknown_key(name, value, ready_keys);
      }
    }
    if (ways != 1)
      errors().add(place_of(node),
                   fmt::format("`ready` in {} must say one thing: {}", title(), ready_forms));
    return result;
  }

  std::optional<placed<each_settings>> read_items(const toml::key& key, const toml::node& node) {
    if (auto each = read_each(*this, key, node))
      return placed<each_settings>{*std::move(each), place_of(key.source())};
    return std::nullopt;
  }

  std::optional<intensity_entry> read_intensity(const toml::key& key, const toml::node& node) {
    const auto* table = node.as_table();
    if (!table || !table->contains("restarts") || !table->contains("within")) {
      errors().add(place_of(node),
                   fmt::format(R"(`{}` in {} must be a table: {{ restarts = 3, within = "5s" }})",
                               key.str(), title()));
      return std::nullopt;
    }
    intensity_entry result;
    for (auto&& [name, value] : *table) {
      if (name.str() == "restarts") {
        if (auto restarts = read_integer(name, value, 0, 1'000'000))
          result.restarts = static_cast<std::uint32_t>(*restarts);
      } else if (name.str() == "within") {
        std::optional<std::chrono::milliseconds> within;
        read_duration(name, value, within);
        result.within = within.value_or(std::chrono::milliseconds{1});
      } else {
        unknown_key(name, value, intensity_keys);
      }
    }
    return result;
  }

  void read_needs(const toml::node& node, std::vector<placed<std::string>>& needs) {
    const auto* array = node.as_array();
    if (!array) {
      errors().add(
          place_of(node),
          fmt::format("`needs` in {} is {}; it must be an array of names: needs = [\"NAME\"]",
                      title(), type_text(node)));
      return;
    }
    for (const auto& element : *array) {
      if (const auto* text = element.as_string())
        needs.push_back({text->get(), place_of(element)});
      else
        errors().add(
            place_of(element),
            fmt::format("an element of `needs` in {} is {}; each must be the name of a job "
                        "or group, a string",
                        title(), type_text(element)));
    }
  }

  void read_priority(const toml::key& key, const toml::node& node,
                     std::optional<task_priority>& to) {
    task_priority value{};
    if (read_enum(key, node, value))
      to = value;
  }

  void read_env(const toml::node& node, std::map<std::string, std::string>& to) {
    const auto* table = node.as_table();
    if (!table) {
      errors().add(
          place_of(node),
          fmt::format("`env` in {} is {}; it must be a table: env = {{ NAME = \"VALUE\" }}",
                      title(), type_text(node)));
      return;
    }
    for (auto&& [key, value] : *table) {
      const auto* text = value.as_string();
      if (key.str().empty() || key.str().find('=') != std::string_view::npos || has_nul(key.str()))
        errors().add(
            place_of(key.source()),
            fmt::format("`{}` in the env of {} cannot name a variable", key.str(), title()));
      else if (!text)
        errors().add(place_of(value),
                     fmt::format("`{}` in the env of {} is {}; it must be a string", key.str(),
                                 title(), type_text(value)));
      else if (has_nul(text->get()))
        errors().add(place_of(value),
                     fmt::format("`{}` in the env of {} holds a NUL character; remove it",
                                 key.str(), title()));
      else
        to.emplace(key.str(), text->get());
    }
  }

  void read_cwd(const toml::key& key, const toml::node& node, std::optional<std::string>& to) {
    auto text = read_text(key, node, "the folder to run in");
    if (!text)
      return;
    auto folder = (std::filesystem::path{home_} / text->value).lexically_normal().string();
    if (is_folder_(folder))
      to = std::move(folder);
    else
      errors().add(text->place,
                   fmt::format("`cwd` of {} is no folder: {}; it is relative to the job file",
                               title(), folder));
  }

  const std::string& home_;
  const folder_test& is_folder_;
  job_file_entries entries_;
};

} // namespace

std::vector<job_file_error> error_list::take() {
  std::vector<job_file_error> all;
  all.reserve(errors_.size());
  for (auto& [where, message] : errors_)
    all.push_back({path_, where.line, where.column, std::move(message)});
  errors_.clear();
  return all;
}

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
