#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>

namespace sweet::inline v0_5::testing {

/// Returns when every worker of `rt` sleeps and nothing is queued. All that was to happen has
/// happened then, as long as no other thread, timer or blocking body makes work.
void wait_until_idle(runtime& rt);

} // namespace sweet::inline v0_5::testing
