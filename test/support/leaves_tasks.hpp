#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

namespace sweet::inline v0_5::testing {

/// For a test case that makes a runtime which is kept for good, with the tasks in it; after any
/// other no task may be left.
void leaves_tasks();

} // namespace sweet::inline v0_5::testing
