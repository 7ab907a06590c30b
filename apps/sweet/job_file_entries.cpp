// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_entries.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "did_you_mean.hpp"
#include "duration_text.hpp"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace sweet::command {

namespace {

using names = std::vector<std::string_view>;

const names job_keys{"run", "needs", "timeout", "priority", "env", "cwd", "group"};
const names group_keys{"needs", "timeout", "priority", "env", "cwd"};

text_place place_of(const toml::source_region& region) {
  return {region.begin.line, region.begin.column};
}

text_place place_of(const toml::node& node) {
  return place_of(node.source());
}

std::string_view type_text(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "an array";
    case toml::node_type::string: return "a string";
    case toml::node_type::integer: return "an integer";
    case toml::node_type::floating_point: return "a float";
    case toml::node_type::boolean: return "a boolean";
    default: return "a date or time";
  }
}

std::string list_text(const names& xs) {
  return fmt::format("{}", fmt::join(xs, ", "));
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

// What the operating system takes as text ends at the first NUL, so one inside would silently cut
// it.
bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

// Reads the tables of one file. Every member reports what is wrong and goes on.
class entry_reader {
public:
  entry_reader(const std::string& home, const folder_test& is_folder, error_list& errors)
      : home_(home), is_folder_(is_folder), errors_(errors) {}

  job_file_entries read(const toml::table& root) {
    for (auto&& [key, node] : root) {
      if (key.str() == "job")
        read_named_tables(key, node, [&](job_entry x) { entries_.jobs.push_back(std::move(x)); });
      else if (key.str() == "group")
        read_named_tables(key, node,
                          [&](group_entry x) { entries_.groups.push_back(std::move(x)); });
      else
        errors_.add(
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
      errors_.add(
          place_of(kind.source()),
          fmt::format("`{0}` must be tables with a name each: write [{0}.NAME]", kind.str()));
      return;
    }
    for (auto&& [key, child] : *tables) {
      const auto* table = child.as_table();
      auto place = place_of(key.source());
      if (!table) {
        errors_.add(place, fmt::format("`{}` stands in [{}] itself; put it under a name: [{}.NAME]",
                                       key.str(), kind.str(), kind.str()));
        continue;
      }
      if (key.str().empty() || has_control_character(key.str())) {
        errors_.add(place, fmt::format("a {} needs a name of printable characters", kind.str()));
        continue;
      }
      if constexpr (std::is_invocable_v<Add, job_entry>)
        add(read_job(key, place, *table));
      else
        add(read_group(key, place, *table));
    }
  }

  void enter(std::string_view kind, std::string_view name) {
    kind_ = kind;
    name_ = name;
    title_ = fmt::format("[{}.{}]", kind, name);
  }

  job_entry read_job(const toml::key& name, text_place place, const toml::table& table) {
    job_entry result;
    result.name = {std::string{name.str()}, place};
    enter("job", name.str());
    for (auto&& [key, node] : table) {
      if (key.str() == "run")
        read_run(node, result.argv);
      else if (key.str() == "group")
        result.group = read_text(key, node, "the name of its group");
      else
        read_common(key, node, result, job_keys);
    }
    if (!table.contains("run"))
      errors_.add(
          place, title_ + R"( has no `run`; add run = "COMMAND" or run = ["PROGRAM", "ARGUMENT"])");
    return result;
  }

  group_entry read_group(const toml::key& name, text_place place, const toml::table& table) {
    group_entry result;
    result.name = {std::string{name.str()}, place};
    enter("group", name.str());
    for (auto&& [key, node] : table)
      read_common(key, node, result, group_keys);
    return result;
  }

  void read_common(const toml::key& key, const toml::node& node, common_entry& to,
                   const names& known) {
    if (key.str() == "needs")
      read_needs(node, to.needs);
    else if (key.str() == "timeout")
      read_timeout(key, node, to.timeout);
    else if (key.str() == "priority")
      read_priority(key, node, to.priority);
    else if (key.str() == "env")
      read_env(node, to.env);
    else if (key.str() == "cwd")
      read_cwd(key, node, to.folder);
    else
      unknown_key(key, node, known);
  }

  void unknown_key(const toml::key& key, const toml::node& node, const names& known) {
    auto hint = did_you_mean(key.str(), known);
    if (hint.empty() && node.is_table())
      hint =
          fmt::format(R"(; a name with a dot needs quotes: [{}."{}.{}"])", kind_, name_, key.str());
    if (hint.empty())
      hint = fmt::format("; known are {}", list_text(known));
    errors_.add(place_of(key.source()),
                fmt::format("unknown key `{}` in {}{}", key.str(), title_, hint));
  }

  void wrong_type(const toml::key& key, const toml::node& node, std::string_view must_be) {
    errors_.add(place_of(node), fmt::format("`{}` in {} is {}; it must be {}", key.str(), title_,
                                            type_text(node), must_be));
  }

  std::optional<placed<std::string>> read_text(const toml::key& key, const toml::node& node,
                                               std::string_view what) {
    const auto* text = node.as_string();
    if (!text) {
      wrong_type(key, node, fmt::format("a string, {}", what));
      return std::nullopt;
    }
    if (text->get().empty() || has_nul(text->get())) {
      errors_.add(place_of(node),
                  fmt::format("`{}` in {} is {}; it must be {}", key.str(), title_,
                              text->get().empty() ? "empty" : "cut by a NUL character", what));
      return std::nullopt;
    }
    return placed<std::string>{text->get(), place_of(node)};
  }

  void read_run(const toml::node& node, std::vector<std::string>& argv) {
    constexpr std::string_view forms = R"(run = "COMMAND" or run = ["PROGRAM", "ARGUMENT"])";
    if (const auto* text = node.as_string()) {
      if (text->get().find_first_not_of(" \t\r\n") == std::string::npos)
        errors_.add(place_of(node), fmt::format("`run` in {} is empty; write {}", title_, forms));
      else if (has_nul(text->get()))
        errors_.add(place_of(node),
                    fmt::format("`run` in {} holds a NUL character; remove it", title_));
      else
        argv = {"/bin/sh", "-c", text->get()};
      return;
    }
    const auto* array = node.as_array();
    if (!array) {
      errors_.add(place_of(node),
                  fmt::format("`run` in {} is {}; write {}", title_, type_text(node), forms));
      return;
    }
    for (const auto& element : *array) {
      const auto* text = element.as_string();
      if (!text)
        errors_.add(place_of(element),
                    fmt::format("an element of `run` in {} is {}; each must be a string", title_,
                                type_text(element)));
      else if (has_nul(text->get()))
        errors_.add(place_of(element),
                    fmt::format("`run` in {} holds a NUL character; remove it", title_));
      else
        argv.push_back(text->get());
    }
    if (array->empty() || (!argv.empty() && argv.front().empty()))
      errors_.add(place_of(node),
                  fmt::format("`run` in {} names no program; write {}", title_, forms));
  }

  void read_needs(const toml::node& node, std::vector<placed<std::string>>& needs) {
    const auto* array = node.as_array();
    if (!array) {
      errors_.add(
          place_of(node),
          fmt::format("`needs` in {} is {}; it must be an array of names: needs = [\"NAME\"]",
                      title_, type_text(node)));
      return;
    }
    for (const auto& element : *array) {
      if (const auto* text = element.as_string())
        needs.push_back({text->get(), place_of(element)});
      else
        errors_.add(place_of(element),
                    fmt::format("an element of `needs` in {} is {}; each must be the name of a job "
                                "or group, a string",
                                title_, type_text(element)));
    }
  }

  void read_timeout(const toml::key& key, const toml::node& node,
                    std::optional<std::chrono::milliseconds>& to) {
    const auto* text = node.as_string();
    if (!text) {
      wrong_type(key, node, R"(a string such as "250ms", "10s", "1m30s" or "2h")");
      return;
    }
    auto duration = parse_duration(text->get());
    if (!duration)
      errors_.add(
          place_of(node),
          fmt::format(
              R"(bad duration "{}" in {}; write for instance "250ms", "10s", "1m30s" or "2h")",
              text->get(), title_));
    else if (duration->count() == 0)
      errors_.add(place_of(node),
                  fmt::format("the timeout of {} is zero; remove it if there is none", title_));
    else
      to = duration;
  }

  void read_priority(const toml::key& key, const toml::node& node,
                     std::optional<task_priority>& to) {
    const auto& all = names_of<task_priority>();
    names known{all.begin(), all.end()};
    const auto* text = node.as_string();
    if (!text) {
      wrong_type(key, node, fmt::format("one of the strings {}", list_text(known)));
      return;
    }
    to = from_string<task_priority>(text->get());
    if (!to) {
      auto hint = did_you_mean(text->get(), known);
      errors_.add(
          place_of(node),
          fmt::format("unknown priority `{}` in {}{}", text->get(), title_,
                      hint.empty() ? fmt::format("; known are {}", list_text(known)) : hint));
    }
  }

  void read_env(const toml::node& node, std::map<std::string, std::string>& to) {
    const auto* table = node.as_table();
    if (!table) {
      errors_.add(place_of(node),
                  fmt::format("`env` in {} is {}; it must be a table: env = {{ NAME = \"VALUE\" }}",
                              title_, type_text(node)));
      return;
    }
    for (auto&& [key, value] : *table) {
      const auto* text = value.as_string();
      if (key.str().empty() || key.str().find('=') != std::string_view::npos || has_nul(key.str()))
        errors_.add(place_of(key.source()),
                    fmt::format("`{}` in the env of {} cannot name a variable", key.str(), title_));
      else if (!text)
        errors_.add(place_of(value), fmt::format("`{}` in the env of {} is {}; it must be a string",
                                                 key.str(), title_, type_text(value)));
      else if (has_nul(text->get()))
        errors_.add(place_of(value),
                    fmt::format("`{}` in the env of {} holds a NUL character; remove it", key.str(),
                                title_));
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
      errors_.add(text->place,
                  fmt::format("`cwd` of {} is no folder: {}; it is relative to the job file",
                              title_, folder));
  }

  const std::string& home_;
  const folder_test& is_folder_;
  error_list& errors_;
  job_file_entries entries_;
  // The table being read; the title is how errors name it.
  std::string_view kind_;
  std::string_view name_;
  std::string title_;
};

} // namespace

std::vector<job_file_error> error_list::take() {
  std::stable_sort(errors_.begin(), errors_.end(),
                   [](const job_file_error& a, const job_file_error& b) {
                     return text_place{a.line, a.column} < text_place{b.line, b.column};
                   });
  return std::move(errors_);
}

std::optional<job_file_entries> read_entries(std::string_view text, const std::string& home,
                                             const folder_test& is_folder, error_list& errors) {
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
