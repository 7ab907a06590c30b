// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "json_text.hpp"

#include <nlohmann/json.hpp>

namespace sweet::command {

std::string json_text(const std::string& text) {
  const auto quoted =
      nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return quoted.substr(1, quoted.size() - 2);
}

} // namespace sweet::command
