#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// What the failure of a task of a graph does to the tasks that do not depend on it. Tasks that
/// depend on it are skipped in any case.
enum class graph_failure : std::uint8_t {
  /// The other tasks run as if there had been no failure.
  leave_others,
  /// Running tasks are cancelled, and tasks that have not started never start.
  cancel_others,
};

} // namespace sweet::inline v0_5
