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

namespace sweet::inline v0_5 {

/// Which children are restarted when one of them has to be.
enum class supervision_strategy : std::uint8_t {
  one_for_one,  ///< that child
  one_for_all,  ///< all children
  rest_for_one, ///< that child and the children that were started after it
};

template <>
struct detail::enum_names<supervision_strategy> {
  static constexpr std::string_view type = "supervision_strategy";
  static constexpr std::array<std::string_view, 3> values{"one_for_one", "one_for_all",
                                                          "rest_for_one"};
};

/// Which ends of a child call for a restart.
enum class restart_type : std::uint8_t {
  permanent, ///< every end
  transient, ///< a failure
  temporary, ///< none; the supervisor forgets the child
};

template <>
struct detail::enum_names<restart_type> {
  static constexpr std::string_view type = "restart_type";
  static constexpr std::array<std::string_view, 3> values{"permanent", "transient", "temporary"};
};

/// Whether a supervisor stops once significant children have ended by themselves.
enum class auto_shutdown : std::uint8_t {
  never,           ///< it does not
  any_significant, ///< it stops when the first significant child ends
  all_significant, ///< it stops when the last significant child ends
};

/// What an error of a child leads to, where its restart_type calls for a restart.
enum class directive : std::uint8_t {
  restart,  ///< the child is restarted
  stop,     ///< the child stays stopped
  escalate, ///< the supervisor fails with the error
};

/// The rules that the decisions of a supervisor follow.
struct supervision_rules {
  /// Which children are restarted when one has to be.
  supervision_strategy strategy = supervision_strategy::one_for_one;
  /// How many restarts within `period` are allowed; one more fails the supervisor.
  std::uint32_t max_restarts = 3;
  /// The time within which restarts are counted.
  std::chrono::nanoseconds period = std::chrono::seconds{5};
  /// The delay before a restart, which grows with the restarts in a row of a child; empty if
  /// restarts are immediate.
  std::optional<backoff> delay{};
  /// How long a child has to run for its delay to start over.
  std::chrono::nanoseconds healthy_after = std::chrono::seconds{15};
  /// Whether the supervisor stops once significant children have ended.
  sweet::auto_shutdown auto_shutdown = auto_shutdown::never;
};

/// The rules for one child of a supervisor.
struct child_rules {
  std::string name;                               ///< unique within the supervisor
  restart_type restart = restart_type::permanent; ///< which of its ends call for a restart
  bool significant = false; ///< whether its end may stop the supervisor, see auto_shutdown
  /// Chooses what an error leads to; empty if every error leads to a restart.
  std::function<directive(const task_error&)> on_error{};
};

} // namespace sweet::inline v0_5
