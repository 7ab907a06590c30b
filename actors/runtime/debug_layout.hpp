#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

namespace sweet::inline v0_5::detail {

/// Keeps in the program what a debugger reads it by; see debug_layout.cpp. Does nothing.
void keep_debug_layout() noexcept;

} // namespace sweet::inline v0_5::detail
