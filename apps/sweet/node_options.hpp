#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace sweet::command {

/// Flags that stand for keys, by the names of the keys, with their values.
using key_flags = std::map<std::string, std::vector<std::string>, std::less<>>;

/// `sweet node [FILE]`
struct node_options {
  std::string file; ///< empty: none
  key_flags flags;
  bool quiet = false;
};

/// What the commands that ask nodes have in common.
struct asking_options {
  std::string file; ///< empty: none
  key_flags flags;
  std::string within = "5s"; ///< how long the nodes may take to answer
};

/// `sweet nodes`
struct nodes_options : asking_options {
  bool json = false;
};

/// `sweet drain NAME`
struct drain_options : asking_options {
  std::string node;
  bool does_not_wait = false;
};

} // namespace sweet::command
