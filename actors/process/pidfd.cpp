// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/pidfd.hpp>

#include <sys/syscall.h>
#include <unistd.h>

namespace sweet::inline v0_5::detail {

// The C library of Debian 12 declares pidfd_open without C linkage.
unique_fd open_pidfd(pid_t pid) {
  return unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

} // namespace sweet::inline v0_5::detail
