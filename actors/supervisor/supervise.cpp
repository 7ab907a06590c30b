// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/supervise.hpp>

#include <sweet/actors/supervisor/supervisor_core.hpp>
#include <sweet/actors/supervisor/supervisor_run.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/fails_with.hpp>
#include <sweet/actors/task/scope.hpp>

namespace sweet::detail {

namespace {

void finish(const supervisor_run& run, cell& self) {
  if (run.error())
    throw fails_with{run.error()};
  if (self.level() == cancellation_level::none)
    return;
  note_thrown(self);
  throw cancelled{};
}

} // namespace

async<void> supervise(task_context ctx, std::shared_ptr<supervisor_core> core) {
  cell& self = context_access::get(ctx);
  supervisor_run run{self, std::move(core)};
  run.begin();
  while (!run.is_over()) {
    co_await run.wait();
    run.step();
  }
  finish(run, self);
}

closing_core::closing_core(std::shared_ptr<supervisor_core> core) noexcept
    : core_(std::move(core)), reason_(error_code::unreachable, "the supervisor has ended") {}

closing_core::~closing_core() {
  if (core_ != nullptr)
    core_->close(reason_);
}

async<void> supervise_once(task_context ctx, closing_core core) {
  cell& self = context_access::get(ctx);
  supervisor_run run{self, core.get()};
  run.begin();
  while (!run.is_over()) {
    co_await run.wait();
    run.step();
  }
  if (run.error())
    core.reason(run.error());
  finish(run, self);
}

} // namespace sweet::detail
