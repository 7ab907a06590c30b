#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string_view>

namespace sweet::inline v0_5 {

/// Returns the version of the linked library as "major.minor.patch". Thread safe, never fails.
/// @returns a view of static storage
[[nodiscard]] std::string_view version() noexcept;

} // namespace sweet::inline v0_5
