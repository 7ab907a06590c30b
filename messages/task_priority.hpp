#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

/// How urgent a task is. A task inherits its priority from its parent, and keeps it from its start
/// on. Per worker, a lower number runs first; a waiting task of lower urgency is still served now
/// and then.
enum class task_priority : std::uint8_t {
  critical = 0,   ///< before all others
  high = 1,       ///< before normal ones
  normal = 2,     ///< the default
  low = 3,        ///< after normal ones
  background = 4, ///< after all others
};

template <>
struct detail::enum_names<task_priority> {
  static constexpr std::string_view type = "task_priority";
  static constexpr std::array<std::string_view, 5> values{"critical", "high", "normal", "low",
                                                          "background"};
};

} // namespace sweet::inline v0_5
