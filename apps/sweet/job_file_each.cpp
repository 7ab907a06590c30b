// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_each.hpp"

#include <sweet/actors/emit/sources/glob.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sweet::command {

namespace {

const names origins{"lines", "glob", "command", "csv", "ndjson"};
const names strategies{"parallel", "serial", "adaptive"};
const names on_errors{"stop", "continue"};
const names each_keys{"lines",   "glob",    "command",  "csv",   "ndjson",  "strategy",
                      "workers", "ordered", "on_error", "retry", "backoff", "timeout"};

constexpr std::string_view each_form = R"(each = { lines = "FILE" })";

// What is wrong with a pattern; empty: nothing.
std::string pattern_problem(const std::string& pattern) {
  try {
    static_cast<void>(source::glob(pattern));
    return {};
  } catch (const std::invalid_argument& e) {
    return e.what();
  }
}

class each_reader {
public:
  explicit each_reader(value_reader& in) : in_(in) {}

  void read(const toml::table& table) {
    for (auto&& [key, node] : table)
      read_key(key, node);
    check(table);
  }

  [[nodiscard]] each_settings take() { return std::move(to_); }

private:
  void read_key(const toml::key& key, const toml::node& node) {
    const auto origin = std::find(origins.begin(), origins.end(), key.str());
    if (origin != origins.end())
      read_origin(static_cast<item_origin>(origin - origins.begin()), key, node);
    else if (key.str() == "strategy")
      to_.strategy = static_cast<each_strategy>(in_.read_choice(key, node, strategies).value_or(0));
    else if (key.str() == "workers")
      to_.workers = read_count(key, node, 1, 10'000);
    else if (key.str() == "ordered")
      in_.read_boolean(key, node, to_.ordered);
    else if (key.str() == "on_error")
      to_.stops_on_error = in_.read_choice(key, node, on_errors) != 1U;
    else if (key.str() == "retry")
      to_.retry = read_count(key, node, 0, 1'000'000).value_or(0);
    else if (key.str() == "backoff")
      read_backoff(key, node);
    else if (key.str() == "timeout")
      in_.read_duration(key, node, to_.timeout);
    else
      in_.unknown_key(key, node, each_keys);
  }

  void read_origin(item_origin origin, const toml::key& key, const toml::node& node) {
    given_.push_back(key.str());
    to_.origin = origin;
    const auto* what = origin == item_origin::glob      ? "a pattern of paths"
                       : origin == item_origin::command ? "a command that prints a line per item"
                                                        : R"(a file, or "-" for standard input)";
    const auto text = in_.read_text(key, node, what);
    if (!text)
      return;
    to_.from = text->value;
    if (origin != item_origin::glob)
      return;
    if (const auto problem = pattern_problem(to_.from); !problem.empty())
      in_.errors().add(text->place, fmt::format("bad pattern in {}: {}", in_.title(), problem));
  }

  std::optional<std::uint32_t> read_count(const toml::key& key, const toml::node& node,
                                          std::int64_t least, std::int64_t most) {
    if (const auto number = in_.read_integer(key, node, least, most))
      return static_cast<std::uint32_t>(*number);
    return std::nullopt;
  }

  void read_backoff(const toml::key& key, const toml::node& node) {
    std::optional<std::chrono::milliseconds> wait;
    in_.read_duration(key, node, wait);
    to_.backoff = wait.value_or(to_.backoff);
  }

  void check(const toml::table& table) {
    if (given_.size() != 1)
      in_.errors().add(place_of(table),
                       fmt::format("`each` in {} must say one thing that gives the items, and says "
                                   "{}: keep one of {}",
                                   in_.title(),
                                   given_.empty() ? std::string{"none"}
                                                  : fmt::format("{}", fmt::join(given_, " and ")),
                                   fmt::join(origins, ", ")));
    const auto refuse = [&](std::string_view key, std::string_view why) {
      if (const auto found = table.find(key); found != table.end())
        in_.errors().add(place_of(found->first.source()),
                         fmt::format("`{}` in {} {}", key, in_.title(), why));
    };
    if (to_.strategy != each_strategy::parallel)
      refuse("workers", R"(is for strategy = "parallel"; remove one of them)");
    if (!table.contains("retry"))
      refuse("backoff", "is the wait before a further try; add `retry`, or remove it");
  }

  value_reader& in_;
  each_settings to_;
  names given_;
};

// Why items of that kind have no such field, and what to do; empty: they may have it.
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

const char* name_of(item_origin x) noexcept {
  // All of them are made from literals.
  return origins[static_cast<std::size_t>(x)].data();
}

std::optional<each_settings> read_each(value_reader& in, const toml::key& key,
                                       const toml::node& node) {
  const auto* table = node.as_table();
  if (!table) {
    in.wrong_type(key, node, fmt::format("a table: {}", each_form));
    return std::nullopt;
  }
  each_reader reader{in};
  reader.read(*table);
  return reader.take();
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

} // namespace sweet::command
