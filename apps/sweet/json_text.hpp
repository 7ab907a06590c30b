#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>

namespace sweet::command {

/// Formats a text as the inside of a JSON string; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string json_text(const std::string& text);

} // namespace sweet::command
