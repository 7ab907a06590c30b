#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// What the failure of a child does to its parent. A cancelled child is no failure.
enum class child_failure : std::uint8_t {
  fail_fast, ///< the body and other children are cancelled; the parent fails with that cause
  collect,   ///< nothing: the handle of the child has its outcome
};

} // namespace sweet::inline v0_5
