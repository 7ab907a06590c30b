#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>

namespace sweet {

/// What the failure of a child does to the task that has spawned it. A cancelled child is no
/// failure.
enum class child_failure : std::uint8_t {
  fail_fast, ///< the other children and the body are cancelled, the task fails with that cause
  collect,   ///< nothing: the outcome is found on the child's handle
};

} // namespace sweet
