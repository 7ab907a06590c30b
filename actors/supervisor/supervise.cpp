// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/supervise.hpp>

#include <sweet/actors/runtime/caf/task_actor.hpp>
#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/resolve_early.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/supervisor/supervisor_core.hpp>
#include <sweet/actors/supervisor/supervisor_run.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/fails_with.hpp>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

core_lease::core_lease(std::shared_ptr<supervisor_core> core, at_end when)
    : core_(std::move(core)), at_end_(when),
      reason_(error_code::unreachable, "the supervisor has ended") {}

core_lease::~core_lease() {
  close();
}

void core_lease::close() noexcept {
  if (core_ != nullptr && at_end_ == core_lease::at_end::closes)
    core_->close(reason_);
}

namespace {

/// The outcome of a supervisor whose children have bodies that go on after kill_hard.
task_error abandoning(cell& self, const supervisor_run& run) noexcept {
  const auto& error = run.error();
  const bool was_stopped = self.level() != cancellation_level::none;
  const auto code = error         ? error.code()
                    : was_stopped ? error_code::cancelled
                                  : error_code::failure;
  return error_or_spare(code, [&] {
    std::string text = "bodies of children go on after kill_hard, and were abandoned:";
    for (const auto& name : run.left_behind())
      text += " \"" + name + '"';
    auto cause = error;
    if (!cause) {
      std::lock_guard guard{mutex_of(self)};
      cause = side_of(self).reason;
    }
    return task_error{code, std::move(text)}.with_cause(std::move(cause));
  });
}

} // namespace

async<void> supervise(task_context ctx, core_lease core) {
  cell& self = context_access::get(ctx);
  supervisor_run run{self, core.get()};
  run.begin();
  while (!run.is_over()) {
    co_await run.wait();
    run.step();
  }
  const auto abandoned = run.count_left_behind();
  const auto error = abandoned == 0 ? run.error() : abandoning(self, run);
  if (error)
    core.reason(error);
  // Closes now, and not once the children have ended: bodies that were abandoned may never end.
  core.close();
  if (abandoned != 0) {
    if (self.level() != cancellation_level::kill_hard) // else all tasks below were counted
      // Relaxed: a count.
      side_of(self).abandoned.fetch_add(static_cast<std::uint32_t>(abandoned),
                                        std::memory_order_relaxed);
    expose(self);
    resolve_early(self, error);
  }
  if (error)
    throw fails_with{error};
  if (self.level() != cancellation_level::none) {
    note_heard(self);
    throw cancelled{};
  }
}

} // namespace sweet::inline v0_5::detail
