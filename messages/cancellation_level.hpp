#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

namespace sweet::inline v0_5 {

/// How hard a task is asked to stop. The level of a task only rises; repeating one changes nothing.
enum class cancellation_level : std::uint8_t {
  none = 0,      ///< the task is not cancelled
  graceful = 1,  ///< waits are interrupted, accepted work drains, every clean-up runs
  kill = 2,      ///< queued work is dropped, shields fall, only essential clean-ups run
  kill_hard = 3, ///< the outcome is there at once; nothing is waited for
};

template <>
struct detail::enum_names<cancellation_level> {
  static constexpr std::string_view type = "cancellation_level";
  static constexpr std::array<std::string_view, 4> values{"none", "graceful", "kill", "kill_hard"};
};

} // namespace sweet::inline v0_5
