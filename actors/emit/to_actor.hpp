#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/actor_request.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <chrono>
#include <utility>

namespace sweet::inline v0_5 {

/// Makes a handler of events of type E that sends each to an actor of CAF, as a request with an
/// empty answer, and waits for the answer. So the actor holds the sender back. The event fails if
/// the actor answers with an error, or not within `timeout`.
template <class E, class Handle>
auto to_actor(Handle actor, std::chrono::nanoseconds timeout) {
  return [actor = std::move(actor), timeout](task_context ctx, const E& event) -> async<void> {
    co_await ctx.request<>(actor, timeout, event);
  };
}

} // namespace sweet::inline v0_5
