#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <caf/execution_unit.hpp>

namespace sweet::inline v0_5::detail {

/// What CAF runs actors on. CAF hands it to each call that may wake an actor, so that the actor
/// runs close to its waker. No other file names CAF's type, which another version of CAF may
/// replace.
using actor_host = caf::execution_unit;

} // namespace sweet::inline v0_5::detail
