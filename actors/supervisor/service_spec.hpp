#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/service_reference.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/strategies/supervision/shutdown.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <typeindex>

namespace sweet::inline v0_5 {

/// What a child of a supervisor is: an actor of CAF, a task, or another supervisor.
enum class service_kind : std::uint8_t { actor, task, supervisor };

} // namespace sweet::inline v0_5

namespace sweet::inline v0_5::detail {

class supervisor_core;

/// Everything that a supervisor knows of a child before it starts it.
struct service_spec {
  child_rules rules;
  service_kind kind = service_kind::task;
  sweet::shutdown shutdown{std::chrono::seconds{5}};
  service_queue_limits queue;
  std::string registered; ///< its name in the whole runtime; empty: none
  /// Whether the child says when it has started; otherwise it has started as soon as its body runs.
  bool says_ready = false;
  /// How long the start may take; no limit if empty.
  std::optional<std::chrono::nanoseconds> start_timeout;
  /// Makes the task of the child, or the task that looks after its actor; it is not started yet.
  std::function<cell&()> make;
  /// The type of the handles to the child, if they are statically typed.
  std::optional<std::type_index> interface{};
  /// The core of a child that is a supervisor; outlives its restarts.
  std::shared_ptr<supervisor_core> nested;
};

} // namespace sweet::inline v0_5::detail
