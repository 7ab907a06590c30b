#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>
#include <string>
#include <string_view>

namespace sweet::command {

/// Follows the text of a shell command as far as is needed to know how a value has to be quoted at
/// some place of it.
class shell_context {
public:
  /// How a value is to be written here.
  enum class place : std::uint8_t {
    bare,          ///< outside of quotes
    double_quotes, ///< between double quotes
    single_quotes, ///< between single quotes, where nothing is replaced
    back_quotes,   ///< in a command between back quotes, which the shell reads twice
    escaped,       ///< behind a backslash
    dollar,        ///< behind a dollar sign
    arithmetic,    ///< between $(( and ))
    here_document, ///< behind the line with <<
  };

  /// Takes the next character of the command.
  void take(char c);

  /// Takes a value in place of characters.
  void take_value();

  [[nodiscard]] place here() const;

private:
  [[nodiscard]] char top() const { return open_.empty() ? ' ' : open_.back(); }

  /// What has been opened and not closed: quotes of the three kinds, `(`, `$` for $(, `+` for the
  /// second one of $((, and `#`.
  std::string open_;
  char last_ = '\n';
  bool escaped_ = false;
  bool here_document_ = false; ///< there has been a <<
  bool here_text_ = false;     ///< and the end of its line
};

/// Whether a word at the begin of a command means something to the shell itself: a builtin, or a
/// word of its grammar.
[[nodiscard]] bool is_word_of_shell(std::string_view word);

/// Whether this character means nothing but itself to the shell, wherever in a word it stands; save
/// for a `=` in the first word.
[[nodiscard]] bool is_plain_in_shell(char c);

} // namespace sweet::command
