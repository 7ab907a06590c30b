#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/builders/supervisor_builder.hpp>

namespace sweet::inline v0_5 {

/// The front door to supervisors, whose children are started in order, restarted when they fail,
/// and stopped in reverse.
///
///     auto tree = sweet::supervisor::rest_for_one(rt)
///                   .intensity(3, 5s)
///                   .service("db", db_actor)
///                   .service("web", web_actor, sweet::shutdown{10s})
///                   .start();
///     caf::actor web = tree.ref("web");
///
/// Given a runtime, the supervisor is a task under the root; given a task_context, a child of that
/// task; given neither, a description for supervisor_builder::supervisor().
struct supervisor {
  /// Describes a supervisor under the root that restarts only the child that has failed.
  /// @returns `supervisor_builder<runtime>`
  static auto one_for_one(runtime& rt) { return under(rt, supervision_strategy::one_for_one); }
  /// Describes a supervisor, a child of the task of `ctx`, that restarts only the child that has
  /// failed.
  /// @returns `supervisor_builder<task_context>`
  static auto one_for_one(task_context ctx) { return of(ctx, supervision_strategy::one_for_one); }
  /// Describes a supervisor for another supervisor, which restarts only the child that has failed.
  /// @returns `supervisor_builder<void>`
  static auto one_for_one() { return inner(supervision_strategy::one_for_one); }

  /// Describes a supervisor under the root that restarts all its children when one fails.
  /// @returns `supervisor_builder<runtime>`
  static auto one_for_all(runtime& rt) { return under(rt, supervision_strategy::one_for_all); }
  /// Describes a supervisor, a child of the task of `ctx`, that restarts all its children when one
  /// fails.
  /// @returns `supervisor_builder<task_context>`
  static auto one_for_all(task_context ctx) { return of(ctx, supervision_strategy::one_for_all); }
  /// Describes a supervisor for another supervisor, which restarts all its children when one fails.
  /// @returns `supervisor_builder<void>`
  static auto one_for_all() { return inner(supervision_strategy::one_for_all); }

  /// Describes a supervisor under the root that restarts the child that has failed and those that
  /// were started after it.
  /// @returns `supervisor_builder<runtime>`
  static auto rest_for_one(runtime& rt) { return under(rt, supervision_strategy::rest_for_one); }
  /// Describes a supervisor, a child of the task of `ctx`, that restarts the child that has failed
  /// and those that were started after it.
  /// @returns `supervisor_builder<task_context>`
  static auto rest_for_one(task_context ctx) { return of(ctx, supervision_strategy::rest_for_one); }
  /// Describes a supervisor for another supervisor, which restarts the child that has failed and
  /// those that were started after it.
  /// @returns `supervisor_builder<void>`
  static auto rest_for_one() { return inner(supervision_strategy::rest_for_one); }

private:
  static supervisor_builder<runtime> under(runtime& rt, supervision_strategy strategy) {
    return {&rt, strategy};
  }
  static supervisor_builder<task_context> of(task_context ctx, supervision_strategy strategy) {
    return {ctx, strategy};
  }
  static supervisor_builder<void> inner(supervision_strategy strategy) { return {{}, strategy}; }
};

} // namespace sweet::inline v0_5
