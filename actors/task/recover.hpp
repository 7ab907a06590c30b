#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/recovery_plan.hpp>
#include <sweet/actors/task/recovery_run.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// The body of a task that recovers. `Make` makes an attempt that returns a T.
///
/// Each attempt, and the fallback, is a child that users do not see: its context shows this task.
template <class T, class Make>
async<T> recover(task_context ctx, recovery_plan plan, Make make) {
  recovery_run run{context_access::get(ctx), std::move(plan)};
  while (run.admit()) {
    co_await ctx.sleep_for(run.wait());
    if (co_await run.attempt(make))
      co_return run.template take<T>();
    if (!run.tries_again())
      break;
    co_await ctx.sleep_for(run.wait());
  }
  if (run.falls_back() && co_await run.fallback())
    co_return run.template take<T>();
  run.fail();
}

/// Makes the task that recovers by `plan`; it is not started yet.
template <class T, class Make>
cell& make_recovering(recovery_plan plan, Make make) {
  const auto attempts = plan.retry.attempts();
  unstarted_task task{make_body(&recover<T, Make>, std::move(plan), std::move(make))};
  set_recovery(*task, attempts);
  return task.release();
}

} // namespace sweet::inline v0_5::detail
