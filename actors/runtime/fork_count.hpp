#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstdint>

namespace sweet::detail {

/// How many times the line of processes that this one descends from has forked since the first
/// call, as far as it concerns this process. A runtime that remembers another number was made
/// before a fork(), and its threads are those of another process.
std::uint32_t fork_count() noexcept;

} // namespace sweet::detail
