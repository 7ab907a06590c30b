#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "ended.hpp"
#include "sweet_command.hpp"

namespace sweet::inline v0_5::testing {

/// `sweet node ARGUMENTS...`, of which the test reads lines as they come. What it says on standard
/// error is known at its end.
class running_node {
public:
  /// @param environment such as "A=1 B=2 "; may be empty
  running_node(sweet_command& by, const std::string& name, const std::string& arguments,
               const std::string& environment = {})
      : process_(by.start({"/bin/sh", "-c",
                           environment + "exec $SWEET node --name " + name + " " + arguments +
                               " > " + by.folder.make_fifo(name + ".out")})),
        out_(by.folder / (name + ".out")) {}

  /// The next line; empty if it has ended.
  std::string line() {
    std::string text;
    std::getline(out_, text);
    return text;
  }

  /// Goes on to the next line that begins so. @returns all of it; empty: it has ended without one
  std::string line_that_begins(const std::string& how) {
    for (auto text = line(); !text.empty(); text = line())
      if (text.starts_with(how))
        return text;
    return {};
  }

  /// Waits until it is up. @returns its address
  std::string address() {
    const auto text = line_that_begins("");
    const auto at = text.find(" is up at ");
    return at == std::string::npos ? "(" + text + ")" : text.substr(at + 10);
  }

  void signal(int number) const { process_.signal(number); }
  ended end() { return ended{process_.end()}; }

private:
  sweet_command::running process_;
  std::ifstream out_;
};

} // namespace sweet::inline v0_5::testing
