#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

/// How much a log record matters, from debug up to error.
enum class log_level : std::uint8_t {
  debug = 0,   ///< details for the search for a fault
  info = 1,    ///< normal progress
  warning = 2, ///< something is off, and work goes on
  error = 3,   ///< something has failed
};

template <>
struct detail::enum_names<log_level> {
  static constexpr std::string_view type = "log_level";
  static constexpr std::array<std::string_view, 4> values{"debug", "info", "warning", "error"};
};

} // namespace sweet::inline v0_5
