// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/type_text.hpp>

namespace sweet::inline v0_5::detail {

std::string short_type_text(std::string_view text) {
  std::string result;
  std::size_t word = 0; // where the path or name that is being copied begins in `result`
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("v0_5::")) { // g++ writes it, clang does not
      i += 5;
      continue;
    }
    result += text[i];
    if (text[i] == '/')
      result.resize(word);
    else if (text[i] == ' ')
      word = result.size();
  }
  return result;
}

} // namespace sweet::inline v0_5::detail
