// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/cleanup_run.hpp>

#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/cleanup.hpp>
#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_log.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_meter.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/log_level.hpp>
#include <sweet/messages/task_status.hpp>

#include <memory>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

/// Logs the failure of a clean-up, which would be lost otherwise. Deletes itself.
struct failure_logger : end_waiter {
  explicit failure_logger(cell& c) noexcept : task(&c) {
    ended = [](end_waiter& w) noexcept {
      auto& self = static_cast<failure_logger&>(w);
      if (status_of(*self.task) == task_status::failed)
        try_log_as(*self.task, log_level::error,
                   [&self] { return to_string(outcome_error(*self.task)); });
      delete &self;
    };
  }
  cell* task;
};

void start(cell& c, cleanup& what) {
  unstarted_task child{what.make()};
  set_name(*child, "on_cancel");
  set_contained(*child);
  set_shield(*child, what.essential() ? cancellation_level::kill : cancellation_level::graceful);
  expose(*child);
  // Here, where it may throw.
  task_meter::inherit(c, *child);
  auto logger = std::make_unique<failure_logger>(*child);
  if (add_waiter(*child, *logger)) [[maybe_unused]]
    const auto* waits = logger.release();
  start_admitted(c, child.release());
}

} // namespace

bool clean_up(cell& c, side_block& side) noexcept {
  while (!side.cleanups.empty()) {
    const auto next = std::move(side.cleanups.back());
    side.cleanups.pop_back();
    const auto level = c.state.peek().level();
    if (level > (next->essential() ? cancellation_level::kill : cancellation_level::graceful))
      continue;
    try {
      start(c, *next);
      return true;
    } catch (...) {
      try_log_as(c, log_level::error, [] { return "clean-up did not start: " + exception_text(); });
    }
  }
  return false;
}

} // namespace sweet::inline v0_5::detail
