#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet {

/// How urgent a task is: inherited from its parent and fixed when it is spawned. Per worker a lower
/// number runs first; a waiting task of lower urgency is still served now and then.
enum class task_priority : std::uint8_t {
  critical = 0,
  high = 1,
  normal = 2,
  low = 3,
  background = 4,
};

template <>
struct detail::enum_names<task_priority> {
  static constexpr std::string_view type = "task_priority";
  static constexpr std::array<std::string_view, 5> values{"critical", "high", "normal", "low",
                                                          "background"};
};

} // namespace sweet
