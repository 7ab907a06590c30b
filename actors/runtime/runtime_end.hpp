#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <memory>

namespace sweet::inline v0_5::detail {

class scheduler;
struct owned_system;

/// Ends a runtime whose tasks have been cancelled: waits for them and for the callbacks of
/// on_done(), then destroys the system. The log names the bodies and callbacks that go on after
/// kill_hard; the system, which they use, is then kept for good.
/// @param system null for a system of the user's own
void end_runtime(std::unique_ptr<owned_system> system, scheduler& home) noexcept;

/// Ends a runtime in another thread. For a runtime that is destroyed by a task or callback of its
/// own, which the end has to wait for. The end of the process waits for that thread. @pre `system`
/// is not null
void end_runtime_elsewhere(std::unique_ptr<owned_system> system, scheduler& home) noexcept;

} // namespace sweet::inline v0_5::detail
