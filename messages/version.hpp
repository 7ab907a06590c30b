#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string_view>

namespace sweet {

/// The version of the library that was linked, as "major.minor.patch".
/// @returns a view of static storage. Thread safe, never fails.
[[nodiscard]] std::string_view version() noexcept;

} // namespace sweet
