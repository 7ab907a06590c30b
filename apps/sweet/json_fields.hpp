#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <string_view>
#include <vector>

namespace sweet::command {

/// Members of a JSON object, or why there are none.
struct json_fields {
  std::vector<std::string> values{};
  std::string problem{};
};

/// Reads members of the JSON object in `text`: strings as their plain text, all else as JSON,
/// numbers with the digits that they are written with. The field "" is the text itself, of any JSON
/// value. Only the members that are asked for are kept, and depth costs no stack.
[[nodiscard]] json_fields read_json_fields(std::string_view text,
                                           const std::vector<std::string>& fields);

} // namespace sweet::command
