#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>

namespace sweet::inline v0_5::detail {

/// How many bytes processors take from each other at once. A plain number, since
/// std::hardware_destructive_interference_size differs from compiler to compiler.
inline constexpr std::size_t cache_line = 64;

} // namespace sweet::inline v0_5::detail
