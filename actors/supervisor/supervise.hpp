#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/task_error.hpp>

#include <memory>
#include <utility>

namespace sweet::detail {

class supervisor_core;

/// The body of a supervisor: carries out what its supervision_plan decides, until that is over.
/// Cancelled, it stops its children in order, at their own pace; at kill it kills them in order.
async<void> supervise(task_context ctx, std::shared_ptr<supervisor_core> core);

/// Closes the core of a supervisor that nobody starts again, whatever becomes of its task.
class closing_core {
public:
  explicit closing_core(std::shared_ptr<supervisor_core> core) noexcept;
  closing_core(closing_core&&) noexcept = default;
  closing_core& operator=(closing_core&&) = delete;
  ~closing_core();

  const std::shared_ptr<supervisor_core>& get() const noexcept { return core_; }
  /// Why it will be closed.
  void reason(task_error error) noexcept { reason_ = std::move(error); }

private:
  std::shared_ptr<supervisor_core> core_;
  task_error reason_;
};

/// supervise() for a supervisor that no other one looks after.
async<void> supervise_once(task_context ctx, closing_core core);

} // namespace sweet::detail
