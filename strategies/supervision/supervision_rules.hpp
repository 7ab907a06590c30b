#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/strategies/recovery/backoff.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace sweet {

/// Which children are restarted when one has to be.
enum class supervision_strategy : std::uint8_t {
  one_for_one,  ///< that one
  one_for_all,  ///< all
  rest_for_one, ///< that one and those that were started after it
};

template <>
struct detail::enum_names<supervision_strategy> {
  static constexpr std::string_view type = "supervision_strategy";
  static constexpr std::array<std::string_view, 3> values{"one_for_one", "one_for_all",
                                                          "rest_for_one"};
};

/// Which ends of a child call for a restart.
enum class restart_type : std::uint8_t {
  permanent, ///< every one
  transient, ///< a failure
  temporary, ///< none; the child is forgotten
};

template <>
struct detail::enum_names<restart_type> {
  static constexpr std::string_view type = "restart_type";
  static constexpr std::array<std::string_view, 3> values{"permanent", "transient", "temporary"};
};

/// Whether a supervisor stops when significant children have ended by themselves.
enum class auto_shutdown : std::uint8_t {
  never,
  any_significant, ///< with the first one
  all_significant, ///< with the last one
};

/// What an error of a child calls for, where its restart_type would have it restarted.
enum class directive : std::uint8_t {
  restart,
  stop,     ///< it is not restarted
  escalate, ///< the supervisor fails with it
};

/// What a supervisor's decisions go by.
struct supervision_rules {
  supervision_strategy strategy = supervision_strategy::one_for_one;
  /// More restarts than this within `period` are too many.
  std::uint32_t max_restarts = 3;
  std::chrono::nanoseconds period = std::chrono::seconds{5};
  /// Empty: restarts are immediate. The delay grows with the restarts in a row of a child ...
  std::optional<backoff> delay{};
  /// ... and starts over once it has run this long.
  std::chrono::nanoseconds healthy_after = std::chrono::seconds{15};
  sweet::auto_shutdown auto_shutdown = auto_shutdown::never;
};

/// The same for one of its children.
struct child_rules {
  std::string name;
  restart_type restart = restart_type::permanent;
  bool significant = false;
  /// Empty: restart.
  std::function<directive(const task_error&)> on_error{};
};

} // namespace sweet
