// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/refusal.hpp>

namespace sweet::inline v0_5::detail::wire {

namespace {

std::string shown(const version_range& x) {
  std::string text = x.library.empty() ? "an unknown version" : x.library;
  text += ", protocol " + std::to_string(x.lowest);
  if (x.highest != x.lowest)
    text += " to " + std::to_string(x.highest);
  return text;
}

} // namespace

std::string to_string(const refusal& x) {
  const auto reason = static_cast<refusal_reason>(x.reason);
  std::string text = is_known(reason) ? std::string{sweet::name_of(reason)}
                                      : "reason " + std::to_string(unsigned{x.reason});
  return text + ": " + x.text + " (refused by " + shown(x.sender) + "; the other has " +
         shown(x.receiver) + ")";
}

} // namespace sweet::inline v0_5::detail::wire
