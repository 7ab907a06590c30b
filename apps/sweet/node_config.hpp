#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sweet::command {

/// What a node is told by a file or by flags; node_keys() has the keys. A command that asks nodes
/// is a node for a moment, and has some of them.
struct node_config {
  std::string name;
  std::string cluster = "sweet";
  std::string listen;
  std::string on;
  std::vector<std::string> join;
  std::vector<std::string> roles;
  std::vector<std::string> allow_run;
  std::optional<std::uint32_t> slots;
  std::string certificate;
  std::string key;
  std::string authorities;
  std::string secret_file;
  std::chrono::milliseconds heartbeat = std::chrono::seconds{1};
  std::chrono::milliseconds pause = std::chrono::seconds{3};

  bool operator==(const node_config&) const = default;
};

} // namespace sweet::command
