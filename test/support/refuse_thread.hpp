#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

namespace sweet::inline v0_5::testing {

/// The n-th thread from now on that this process makes, counted from 1, is refused with EAGAIN.
/// For executables whose pthread_create() is that of refuse_thread.cpp.
void refuse_thread(int n) noexcept;

/// No thread is refused any more. @returns whether one has been
bool stop_refusing_threads() noexcept;

} // namespace sweet::inline v0_5::testing
