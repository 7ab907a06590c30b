#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>

namespace sweet::inline v0_5::detail {

/// Returns how many forks lie between this process and the one that called this first: one more in
/// each child, while the parent keeps its number. A runtime that was made under another number
/// belongs to a process further up, which has its threads.
std::uint32_t fork_count() noexcept;

} // namespace sweet::inline v0_5::detail
