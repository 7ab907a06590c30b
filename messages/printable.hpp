#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <string_view>

namespace sweet::inline v0_5::detail {

/// Appends a name or text of a user's, with `?` for control characters: a line break or an escape
/// sequence in it must neither fake a line of its own nor drive the terminal.
inline void append_printable(std::string& out, std::string_view text) {
  for (const char c : text)
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
}

} // namespace sweet::inline v0_5::detail
