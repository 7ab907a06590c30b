#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_error.hpp>

#include <cstdint>
#include <memory>

namespace sweet::inline v0_5::detail {

class supervisor_core;

/// The core of a supervisor in the hands of its task. If the supervisor will not be started again,
/// its core is closed with this lease, whatever becomes of the task.
class core_lease {
public:
  enum class at_end : std::uint8_t { stays, closes };

  core_lease(std::shared_ptr<supervisor_core> core, at_end when);
  core_lease(core_lease&&) noexcept = default;
  core_lease& operator=(core_lease&&) = delete;
  ~core_lease();

  const std::shared_ptr<supervisor_core>& get() const noexcept { return core_; }
  /// Sets the reason with which the core will be closed.
  void reason(const task_error& error) noexcept { reason_ = error; }
  /// Closes the core now, unless it stays: before its end, the supervisor may have its outcome and
  /// wait for bodies that go on.
  void close() noexcept;

private:
  std::shared_ptr<supervisor_core> core_;
  at_end at_end_;
  task_error reason_;
};

/// The body of a supervisor: carries out what its supervision_plan decides, until that is over.
/// Cancelled, it stops its children in order, at their own pace; at kill it kills them in order. It
/// has its outcome even if bodies of children go on after kill_hard, and names these.
async<void> supervise(task_context ctx, core_lease core);

} // namespace sweet::inline v0_5::detail
