#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sys/types.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::inline v0_5::detail {

/// Opens a descriptor of a process that is readable once the process has exited; child processes do
/// not inherit it. @returns an empty one on failure, with errno set: ENOSYS before Linux 5.3
[[nodiscard]] unique_fd open_pidfd(pid_t pid);

} // namespace sweet::inline v0_5::detail
