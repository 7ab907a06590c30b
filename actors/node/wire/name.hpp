#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace sweet::inline v0_5::detail::wire {

/// Most characters of a name.
inline constexpr std::size_t max_name = 255;

/// Tells whether a node or a cluster can be called so: 1 to 255 letters, digits, '.', '-' and '_'.
inline bool is_name(std::string_view x) noexcept {
  return !x.empty() && x.size() <= max_name && std::ranges::all_of(x, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
}

} // namespace sweet::inline v0_5::detail::wire
