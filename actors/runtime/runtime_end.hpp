#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <memory>

namespace sweet::detail {

class scheduler;
struct owned_system;

/// Ends a runtime whose tasks have been cancelled: waits for them and for the callbacks of
/// on_done(), then destroys the system. What goes on after kill_hard is named in the log, and the
/// system, which it uses, is kept for good.
/// @param system null for one of the user's
void end_runtime(std::unique_ptr<owned_system> system, scheduler& home) noexcept;

/// Does that in another thread, for a runtime that is destroyed by one of its own: a task or
/// callback that the end has to wait for. The end of the process waits for it. @pre `system` is not
/// null
void end_runtime_elsewhere(std::unique_ptr<owned_system> system, scheduler& home) noexcept;

} // namespace sweet::detail
