#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sys/types.h>

namespace sweet::inline v0_5::detail {

/// Whether any process of a group still runs. Zombies, whose parents have not waited for them yet,
/// do not; some first processes of machines and containers leave orphans in that state for seconds,
/// or for good.
///
/// Costs one system call if the group is empty, otherwise reads /proc. Without /proc, zombies
/// count.
[[nodiscard]] bool group_runs(pid_t group);

} // namespace sweet::inline v0_5::detail
