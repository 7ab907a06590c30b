#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/emitting_task_builder.hpp>
#include <sweet/builders/spawning_task_builder.hpp>

namespace sweet::inline v0_5 {

/// The front door to tasks: describes a task in full, where sweet::spawn() only starts one.
///
///     auto model = sweet::async_task::to<std::string>(rt)
///                    .name("download")
///                    .blocking()
///                    .timeout(30s)
///                    .run([](sweet::task_context ctx) { return fetch(ctx.stop_token()); });
struct async_task {
  /// Describes a top-level task that returns a T.
  /// @returns spawning_task_builder
  template <class T>
  static auto to(runtime& rt) noexcept {
    return spawning_task_builder<T, runtime>{rt};
  }

  /// Describes a child of the task of `ctx` that returns a T.
  /// @returns spawning_task_builder
  template <class T>
  static auto to(task_context ctx) noexcept {
    return spawning_task_builder<T, task_context>{ctx};
  }

  /// Describes a top-level task that emits events of type E.
  /// @returns emitting_task_builder
  template <class E>
  static auto emits(runtime& rt) {
    return emitting_task_builder<
        detail::stream_types<E, E, detail::no_collector, detail::gather_nothing>, runtime>{rt};
  }

  /// Describes a child of the task of `ctx` that emits events of type E.
  /// @returns emitting_task_builder
  template <class E>
  static auto emits(task_context ctx) {
    return emitting_task_builder<
        detail::stream_types<E, E, detail::no_collector, detail::gather_nothing>, task_context>{
        ctx};
  }
};

} // namespace sweet::inline v0_5
