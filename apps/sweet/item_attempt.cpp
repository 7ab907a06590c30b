// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "item_attempt.hpp"

#include <sweet/actors/task/on_done.hpp>
#include <sweet/actors/task/scope.hpp>

#include "job_process.hpp"

namespace sweet::command {

std::shared_ptr<item_attempt> item_attempt::start(task_context ctx, process_spec spec,
                                                  std::vector<std::string> shell,
                                                  std::optional<std::chrono::nanoseconds> limit) {
  auto made = std::make_shared<item_attempt>(std::move(spec), std::move(shell));
  const auto body = [made](task_context own) { return run(own, made); };
  const auto child =
      limit ? ctx.with_timeout(*limit, body) : ctx.scope(child_failure::collect, body);
  child.on_done([made](const task_result<void>&) { made->end(); });
  return made;
}

async<void> item_attempt::run(task_context ctx, std::shared_ptr<item_attempt> self) {
  auto started = self->start_any(ctx);
  if (started.is_err()) {
    self->own_ = {started.error().message(), false, {}};
  } else {
    auto process = std::move(started).value();
    while (!process.ended())
      process.heed(co_await process.wait());
    self->own_ = {{}, process.level() != cancellation_level::none, process.take()};
  }
  // Release, with the acquire of end().
  self->has_own_.store(true, std::memory_order_release);
}

task_result<task_process> item_attempt::start_any(task_context ctx) {
  auto started = start_process(ctx, spec_);
  if (started.is_ok() || shell_.empty())
    return started;
  spec_.argv = std::move(shell_);
  return start_process(ctx, spec_);
}

void item_attempt::end() {
  if (has_own_.load(std::memory_order_acquire))
    result_ = std::move(own_);
  over_.set();
}

} // namespace sweet::command
