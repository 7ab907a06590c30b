// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_template.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "shell_text.hpp"

namespace sweet::command {

namespace {

using shell_place = shell_context::place;

// The name of a field in messages.
std::string written(std::string_view field) {
  return fmt::format("`{{{}}}`", field);
}

std::string variable(std::size_t field) {
  return fmt::format("sweet_item_{}", field + 1);
}

// Why no value can stand in such a place; empty: a value can.
std::string_view refusal(shell_place where) {
  switch (where) {
    case shell_place::bare:
    case shell_place::double_quotes: return {};
    case shell_place::single_quotes:
      return "stands in single quotes, where the shell replaces nothing; remove them, it is quoted "
             "already";
    case shell_place::back_quotes:
      return "stands in back quotes, which the shell reads twice; write $( ) instead";
    case shell_place::escaped:
      return "stands behind a backslash; remove that, it is quoted already";
    case shell_place::dollar: return "stands behind a `$`; for a variable of the shell write `${{`";
    case shell_place::arithmetic:
      return "stands in `$((`, where it would be computed, not taken as text";
    case shell_place::here_document:
      return "stands behind a `<<`, where its quotes would show; put it in front, or use printf";
  }
  return {};
}

} // namespace

// Takes a template apart: into characters, and places of values.
class template_reader {
public:
  explicit template_reader(job_template& to) : to_(to) {}

  /// Reads the next part of `text`. @returns whether there was one; an error ends the text
  bool next(std::string_view& text) {
    field_.reset();
    if (text.empty())
      return false;
    c_ = text.front();
    text.remove_prefix(1);
    if (c_ != '{')
      return true;
    if (text.starts_with('{')) {
      text.remove_prefix(1);
      return true;
    }
    const auto end = text.find_first_of("{}\n");
    if (end == std::string_view::npos || text[end] != '}') {
      problem_ = "a `{` has no `}` behind it on its line; for a brace write `{{`";
      return false;
    }
    field_ = place_of(text.substr(0, end));
    text.remove_prefix(end + 1);
    return true;
  }

  /// The part that next() has read: a value, or else a character.
  [[nodiscard]] const std::optional<std::size_t>& field() const { return field_; }
  [[nodiscard]] char character() const { return c_; }
  [[nodiscard]] const std::string& problem() const { return problem_; }

  void read_into(std::vector<job_template::pieces>& words, std::string_view text) {
    auto& word = words.emplace_back(1);
    while (next(text))
      append(word);
  }

  void read_shell(std::string_view text) {
    shell_context at;
    while (next(text)) {
      if (!field_) {
        at.take(c_);
        to_.shell_ += c_;
        continue;
      }
      if (const auto why = refusal(at.here()); !why.empty()) {
        problem_ = fmt::format("{} {}", written(to_.fields_[*field_]), why);
        return;
      }
      const auto name = variable(*field_);
      to_.shell_ += at.here() == shell_place::bare ? fmt::format("\"${}\"", name)
                                                   : fmt::format("${{{}}}", name);
      at.take_value();
    }
  }

  /// Keeps the words of a command that any shell would run as one program with these arguments.
  void read_simple(std::string_view text) {
    std::vector<job_template::pieces> words;
    auto in_word = false;
    char quote = 0;
    while (next(text)) {
      if (!field_ && quote == 0 && (c_ == ' ' || c_ == '\t')) {
        in_word = false;
        continue;
      }
      if (!std::exchange(in_word, true))
        words.emplace_back(1);
      if (field_) {
        append(words.back());
      } else if (quote != 0) {
        if (c_ == quote)
          quote = 0;
        else if (quote == '"' && std::string_view{"$`\\"}.find(c_) != std::string_view::npos)
          return;
        else
          append(words.back());
      } else if (c_ == '\'' || c_ == '"') {
        quote = c_;
      } else if (is_plain_in_shell(c_)) {
        append(words.back());
      } else {
        return;
      }
    }
    if (words.empty() || quote != 0)
      return;
    const auto& program = words.front();
    if (program.size() != 1 || program.front().field != job_template::no_field ||
        program.front().text.find('=') != std::string::npos ||
        is_word_of_shell(program.front().text))
      return;
    to_.words_ = std::move(words);
  }

private:
  std::size_t place_of(std::string_view name) {
    const auto found = std::find(to_.fields_.begin(), to_.fields_.end(), name);
    if (found == to_.fields_.end()) {
      to_.fields_.emplace_back(name);
      return to_.fields_.size() - 1;
    }
    return static_cast<std::size_t>(found - to_.fields_.begin());
  }

  void append(job_template::pieces& word) const {
    if (word.back().field != job_template::no_field)
      word.emplace_back();
    if (field_)
      word.back().field = *field_;
    else
      word.back().text += c_;
  }

  job_template& to_;
  std::optional<std::size_t> field_;
  char c_ = 0;
  std::string problem_;
};

std::variant<job_template, job_template::error> job_template::of_shell(std::string_view text) {
  job_template result;
  template_reader reader{result};
  reader.read_shell(text);
  if (!reader.problem().empty())
    return error{reader.problem()};
  reader.read_simple(text);
  return result;
}

std::variant<job_template, job_template::error>
job_template::of_words(const std::vector<std::string>& words) {
  job_template result;
  template_reader reader{result};
  for (const auto& word : words)
    reader.read_into(result.words_, word);
  if (!reader.problem().empty())
    return error{reader.problem()};
  return result;
}

std::optional<job_template::error> job_template::add_texts(const std::vector<std::string>& texts) {
  auto result = *this;
  template_reader reader{result};
  for (const auto& text : texts)
    reader.read_into(result.texts_, text);
  if (!reader.problem().empty())
    return error{reader.problem()};
  *this = std::move(result);
  return std::nullopt;
}

std::vector<std::string> job_template::words(std::span<const std::string> values) const {
  return filled(words_, values);
}

std::vector<std::string> job_template::texts(std::span<const std::string> values) const {
  return filled(texts_, values);
}

std::vector<std::string> job_template::filled(const std::vector<pieces>& texts,
                                              std::span<const std::string> values) {
  std::vector<std::string> result;
  result.reserve(texts.size());
  for (const auto& text : texts) {
    auto& word = result.emplace_back();
    for (const auto& part : text) {
      word += part.text;
      if (part.field != no_field)
        word += values[part.field];
    }
  }
  return result;
}

std::vector<std::string> job_template::shell(std::span<const std::string> values) const {
  if (shell_.empty())
    return {};
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i)
    text += fmt::format("{}={}; ", variable(i), shell_quoted(values[i]));
  return {"/bin/sh", "-c", text + shell_};
}

std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'')
      result += R"('\'')";
    else
      result += c;
  }
  return result + '\'';
}

} // namespace sweet::command
