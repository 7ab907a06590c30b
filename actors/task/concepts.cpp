// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/concepts.hpp>

#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <memory>

// Checks at compile time which concepts the handles and the context model.

namespace sweet::inline v0_5::concepts {

namespace {

template <class Handle>
constexpr bool is_whole_handle =
    async_task<Handle> && cancellable_task<Handle> && recoverable_task<Handle> &&
    timed_task<Handle> && status_enabled_task<Handle> && metrics_enabled_task<Handle> &&
    named_task<Handle> && prioritized_task<Handle> && tracing_task<Handle>;

static_assert(is_whole_handle<spawning_task<int>>);
static_assert(is_whole_handle<spawning_task<void>>);
static_assert(is_whole_handle<child_task<int>>);
static_assert(is_whole_handle<child_task<std::unique_ptr<int>>>);

static_assert(contextualized_task<task_context> && recoverable_task<task_context> &&
              status_enabled_task<task_context> && metrics_enabled_task<task_context> &&
              named_task<task_context> && prioritized_task<task_context> &&
              tracing_task<task_context>);

// No handle passes for a context, and no context for a handle.
static_assert(!contextualized_task<spawning_task<int>> && !contextualized_task<child_task<int>>);
static_assert(!async_task<task_context> && !cancellable_task<task_context>);

} // namespace

} // namespace sweet::inline v0_5::concepts
