#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet {

/// What the failure of a task of a graph does to tasks that do not depend on it. Those that do are
/// skipped in any case.
enum class graph_failure : std::uint8_t {
  /// Nothing: they run as if it had not happened.
  leave_others,
  /// Those that run are cancelled, those that have not been started never are.
  cancel_others,
};

} // namespace sweet
