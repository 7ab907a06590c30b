#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/builders/async_task.hpp>
#include <sweet/strategies/processing/strategy.hpp>

#include <utility>

namespace sweet::inline v0_5 {

/// Starts a top-level task that emits events of type E to one receiver, which handles them one
/// after the other. async_task::emits() describes all other streams.
///
///     auto lines = sweet::emit<std::string>(rt, sweet::source::lines("words.txt"),
///                                           [](const std::string& line) { return line.size(); });
///
/// @tparam E the type of the events
/// @param rt the runtime
/// @param sender a source, a range of values, or a body, see emitting_task_builder::sender()
/// @param receiver handles an event, see emitting_task_builder::receiver()
/// @returns emitting_task, whose terminal event holds what was collected
/// @throws std::logic_error in a process that fork() has made
/// @throws std::bad_alloc
template <class E, class Sender, class Receiver>
auto emit(runtime& rt, Sender sender, Receiver receiver) {
  return async_task::emits<E>(rt)
      .sender(std::move(sender))
      .receiver(strategy::serial{}, std::move(receiver))
      .run();
}

/// Starts a child of the task of `ctx` that emits events of type E to one receiver, which handles
/// them one after the other. async_task::emits() describes all other streams.
/// @tparam E the type of the events
/// @param ctx the context of the parent
/// @param sender a source, a range of values, or a body, see emitting_task_builder::sender()
/// @param receiver handles an event, see emitting_task_builder::receiver()
/// @returns emitting_task, whose terminal event holds what was collected
/// @throws cancelled if the task of `ctx` was killed
/// @throws std::bad_alloc
template <class E, class Sender, class Receiver>
auto emit(task_context ctx, Sender sender, Receiver receiver) {
  return async_task::emits<E>(ctx)
      .sender(std::move(sender))
      .receiver(strategy::serial{}, std::move(receiver))
      .run();
}

} // namespace sweet::inline v0_5
