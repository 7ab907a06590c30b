#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sweet::command {

/// The command of an each-job, with places for the values that differ from item to item: `{}` is
/// the item, `{NAME}` a field of it, `{{` a brace.
///
/// Whatever a value holds, it is never read as a part of the command: it is an argument of its own,
/// or a part of one, without any further meaning. The shell gets values as variables, which are set
/// in front of the command to text in single quotes; their places become expansions of these,
/// quoted as their surroundings demand. So not even a place whose surroundings were misjudged lets
/// a value be more than text.
class job_template {
public:
  /// A mistake in a template, and what to do about it.
  struct error {
    std::string message;
  };

  job_template() = default;

  /// Makes a template from text that /bin/sh understands. A command without anything that only a
  /// shell understands is kept as words, too: see words().
  [[nodiscard]] static std::variant<job_template, error> of_shell(std::string_view text);

  /// Makes a template from a program and its arguments.
  [[nodiscard]] static std::variant<job_template, error>
  of_words(const std::vector<std::string>& words);

  /// Adds texts that go with the command, with places as in the strings of of_words().
  /// @returns a mistake in one of them; nothing was added then
  [[nodiscard]] std::optional<error> add_texts(const std::vector<std::string>& texts);

  /// The fields that the template has places for, each once; "" is the item itself.
  [[nodiscard]] const std::vector<std::string>& fields() const noexcept { return fields_; }

  /// The program and its arguments for these values, one per field; empty if the command needs a
  /// shell.
  [[nodiscard]] std::vector<std::string> words(std::span<const std::string> values) const;

  /// The texts that were added, for these values.
  [[nodiscard]] std::vector<std::string> texts(std::span<const std::string> values) const;

  /// /bin/sh -c and the text for these values; empty if there is no text.
  [[nodiscard]] std::vector<std::string> shell(std::span<const std::string> values) const;

  bool operator==(const job_template&) const = default;

private:
  friend class template_reader;

  static constexpr std::size_t no_field = static_cast<std::size_t>(-1);

  /// Text, and a value behind it, unless `field` is no_field.
  struct piece {
    std::string text;
    std::size_t field = no_field;

    bool operator==(const piece&) const = default;
  };

  using pieces = std::vector<piece>;

  [[nodiscard]] static std::vector<std::string> filled(const std::vector<pieces>& texts,
                                                       std::span<const std::string> values);

  std::vector<std::string> fields_;
  std::vector<pieces> words_;
  std::vector<pieces> texts_;
  std::string shell_;
};

/// Text in single quotes, as a shell reads it. @pre it holds no NUL
[[nodiscard]] std::string shell_quoted(std::string_view text);

} // namespace sweet::command
