#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <string_view>
#include <vector>

namespace sweet::command {

/// Returns the known name that `text` most likely stands for: the one with the fewest wrong,
/// missing, extra and swapped characters, if those are at most a third of the longer of the two;
/// the first of equals.
/// @returns an empty view if none is near enough; else a view of an element of `known`.
[[nodiscard]] std::string_view nearest_name(std::string_view text,
                                            const std::vector<std::string_view>& known);

/// Returns "; did you mean `needs`?", or an empty text if no known name is near.
[[nodiscard]] std::string did_you_mean(std::string_view text,
                                       const std::vector<std::string_view>& known);

} // namespace sweet::command
