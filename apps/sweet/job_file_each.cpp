// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_each.hpp"

#include <sweet/actors/emit/sources/glob.hpp>

#include <algorithm>
#include <ranges>
#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sweet::command {

namespace {

// The mistake in a pattern; empty if there is none.
std::string pattern_problem(const std::string& pattern) {
  try {
    static_cast<void>(source::glob(pattern));
    return {};
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

// Why items of that kind have no such field, and what to do; empty: they may have the field.
std::string field_problem(item_origin origin, const std::string& field) {
  if (origin == item_origin::csv && field.empty())
    return "`{}` stands for a whole item, but a row of `csv` is columns; write {COLUMN}";
  if (origin == item_origin::csv || origin == item_origin::ndjson || field.empty())
    return {};
  return fmt::format("`{{{}}}` is no field, items of `{}` have none; write `{{}}` for the item, or "
                     "`{{{{` for a brace",
                     field, name_of(origin));
}

} // namespace

bool read_items(value_reader& in, const given_value& value, item_origin origin, each_settings& to) {
  to.origin = origin;
  auto text = in.read_text(value);
  if (!text)
    return false;
  to.from = *std::move(text);
  const auto problem = origin == item_origin::glob ? pattern_problem(to.from) : std::string{};
  if (!problem.empty())
    in.errors().add(place_of(value.node),
                    fmt::format("bad pattern in {}: {}", in.title(), problem));
  return problem.empty();
}

void check_each(value_reader& in, const given_value& value, const given_keys& given,
                const each_settings& each) {
  const auto& origins = names_of<item_origin>();
  names found;
  for (const auto& [name, key] : given)
    if (std::find(origins.begin(), origins.end(), name) != origins.end())
      found.push_back(name);
  if (found.size() != 1)
    in.errors().add(place_of(value.node),
                    fmt::format("`{}` in {} must say one thing that gives the items, and says {}: "
                                "keep one of {}",
                                value.key, in.title(),
                                found.empty() ? std::string{"none"}
                                              : fmt::format("{}", fmt::join(found, " and ")),
                                fmt::join(origins, ", ")));
  const auto refuse = [&](std::string_view key, std::string_view why) {
    if (const auto at = given.find(key); at != given.end())
      in.refuse(key, at->second.place, why);
  };
  if (each.strategy != each_strategy::parallel)
    refuse("workers", R"(is for strategy = "parallel"; remove one of them)");
  if (!given.contains("retry"))
    refuse("backoff", "is the wait before a further try; add `retry`, or remove it");
}

void read_each_command(value_reader& in, const toml::node& run,
                       const std::vector<std::string>& argv, each_settings& to) {
  const auto complain = [&](const std::string& what) {
    in.errors().add(place_of(run), fmt::format("`run` in {}: {}", in.title(), what));
  };
  auto made = run.is_string() ? job_template::of_shell(argv.back()) : job_template::of_words(argv);
  if (const auto* error = std::get_if<job_template::error>(&made))
    return complain(error->message);
  to.run = std::get<job_template>(std::move(made));
  for (const auto& field : to.run.fields())
    if (const auto problem = field_problem(to.origin, field); !problem.empty())
      complain(problem);
}

std::string read_each_files(job_settings& to) {
  const auto known = to.each->run.fields().size();
  auto files = to.inputs;
  files.insert(files.end(), to.outputs.begin(), to.outputs.end());
  if (const auto error = to.each->run.add_texts(files))
    return error->message;
  for (const auto& field : to.each->run.fields() | std::views::drop(known))
    if (auto problem = field_problem(to.each->origin, field); !problem.empty())
      return problem;
  return {};
}

} // namespace sweet::command
