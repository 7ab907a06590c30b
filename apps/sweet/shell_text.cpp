// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "shell_text.hpp"

#include <algorithm>
#include <array>

namespace sweet::command {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n';
}

// The words of dash and of bash, either of which may be /bin/sh, and the words that POSIX reserves.
constexpr std::array words_of_shell = {
    // clang-format off
    ".", ":", "[", "[[", "alias", "bg", "bind", "break", "builtin", "caller", "case", "cd", "chdir",
    "command", "compgen", "complete", "compopt", "continue", "coproc", "declare", "dirs", "disown",
    "do", "done", "echo", "elif", "else", "enable", "esac", "eval", "exec", "exit", "export",
    "false", "fc", "fg", "fi", "for", "function", "getopts", "hash", "help", "history", "if", "in",
    "jobs", "kill", "let", "local", "logout", "mapfile", "popd", "printf", "pushd", "pwd", "read",
    "readarray", "readonly", "return", "select", "set", "shift", "shopt", "source", "suspend",
    "test", "then", "time", "times", "trap", "true", "type", "typeset", "ulimit", "umask",
    "unalias", "unset", "until", "wait", "while",
    // clang-format on
};

} // namespace

void shell_context::take(char c) {
  if (c == '\n')
    here_text_ = here_document_;
  const auto before = last_;
  last_ = c;
  if (escaped_) {
    escaped_ = false;
    last_ = 'x';
    return;
  }
  switch (top()) {
    case '\'':
      if (c == '\'')
        open_.pop_back();
      return;
    case '#':
      if (c == '\n')
        open_.pop_back();
      return;
    case '"':
      if (c == '"')
        open_.pop_back();
      else if (c == '(' && before == '$')
        open_ += '$';
      else if (c == '`')
        open_ += '`';
      escaped_ = c == '\\';
      return;
    default: break;
  }
  switch (c) {
    case '\\': escaped_ = true; break;
    case '\'':
    case '"': open_ += c; break;
    case '(':
      if (before == '(' && top() == '$')
        open_ += '+';
      else
        open_ += before == '$' ? '$' : '(';
      break;
    case ')':
      if (std::string_view{"($+"}.find(top()) != std::string_view::npos)
        open_.pop_back();
      break;
    case '`':
      if (top() == '`')
        open_.pop_back();
      else
        open_ += '`';
      break;
    case '#':
      if (is_blank(before) || std::string_view{";&|("}.find(before) != std::string_view::npos)
        open_ += '#';
      break;
    case '<': here_document_ = here_document_ || before == '<'; break;
    default: break;
  }
}

void shell_context::take_value() {
  last_ = 'x';
}

shell_context::place shell_context::here() const {
  if (top() == '\'')
    return place::single_quotes;
  if (here_text_)
    return place::here_document;
  if (open_.find('`') != std::string::npos)
    return place::back_quotes;
  if (open_.find('+') != std::string::npos)
    return place::arithmetic;
  if (escaped_)
    return place::escaped;
  if (last_ == '$')
    return place::dollar;
  return top() == '"' ? place::double_quotes : place::bare;
}

bool is_word_of_shell(std::string_view word) {
  return std::find(words_of_shell.begin(), words_of_shell.end(), word) != words_of_shell.end();
}

bool is_plain_in_shell(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view{"_-./,:+@%="}.find(c) != std::string_view::npos;
}

} // namespace sweet::command
