#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/spawning_task_builder.hpp>

namespace sweet {

/// The front door: describes a task in full where sweet::spawn() only starts one.
///
///     auto model = sweet::async_task::to<std::string>(rt)
///                    .name("download")
///                    .blocking()
///                    .timeout(30s)
///                    .run([](sweet::task_context ctx) { return fetch(ctx.stop_token()); });
struct async_task {
  /// A top-level task that returns a T.
  template <class T>
  static auto to(runtime& rt) noexcept {
    return spawning_task_builder<T, runtime>{rt};
  }

  /// A child of the task of `ctx` that returns a T.
  template <class T>
  static auto to(task_context ctx) noexcept {
    return spawning_task_builder<T, task_context>{ctx};
  }
};

} // namespace sweet
