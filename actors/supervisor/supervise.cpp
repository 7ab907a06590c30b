// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/supervise.hpp>

#include <sweet/actors/supervisor/supervisor_core.hpp>
#include <sweet/actors/supervisor/supervisor_run.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/fails_with.hpp>

#include <utility>

namespace sweet::detail {

core_lease::core_lease(std::shared_ptr<supervisor_core> core, end at_end) noexcept
    : core_(std::move(core)), at_end_(at_end),
      reason_(error_code::unreachable, "the supervisor has ended") {}

core_lease::~core_lease() {
  if (core_ != nullptr && at_end_ == end::closes)
    core_->close(reason_);
}

async<void> supervise(task_context ctx, core_lease core) {
  cell& self = context_access::get(ctx);
  supervisor_run run{self, core.get()};
  run.begin();
  while (!run.is_over()) {
    co_await run.wait();
    run.step();
  }
  if (run.error()) {
    core.reason(run.error());
    throw fails_with{run.error()};
  }
  if (self.level() != cancellation_level::none) {
    note_thrown(self);
    throw cancelled{};
  }
}

} // namespace sweet::detail
