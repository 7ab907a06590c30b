#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>

namespace sweet::inline v0_5::detail {

/// How long the processes that a child process has left behind have to end by themselves, and to
/// close its output, before they are made to.
inline constexpr std::chrono::milliseconds leftover_patience{500};

} // namespace sweet::inline v0_5::detail
