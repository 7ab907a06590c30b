#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstddef>
#include <string>
#include <string_view>

namespace sweet::command {

/// Returns at most `longest` bytes from the begin of a text in UTF-8, without a part of a character
/// at the end.
[[nodiscard]] std::string_view cut_text(std::string_view text, std::size_t longest);

/// Returns the size of a text without a part of a character of UTF-8 at its end.
[[nodiscard]] std::size_t whole_characters(std::string_view text);

/// Returns a text as one line that cannot upset a terminal: controls (C0, DEL and C1) and bytes
/// that are no UTF-8 become \xHH, tabs stay.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether printable() would change the text, or the text has a tab.
[[nodiscard]] bool has_control_character(std::string_view text);

} // namespace sweet::command
