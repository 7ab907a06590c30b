// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/run_process.hpp>

#include <sweet/actors/process/task_process.hpp>
#include <sweet/messages/cancelled.hpp>

#include <utility>

namespace sweet::inline v0_5 {

async<process_result> run_process(task_context ctx, process_spec spec) {
  auto started = task_process::start(ctx, spec);
  if (started.is_err())
    co_return started.error();
  auto process = std::move(started).value();
  while (!process.ended())
    process.heed(co_await process.wait());
  if (process.level() != cancellation_level::none)
    throw cancelled{};
  co_return process.take();
}

} // namespace sweet::inline v0_5
