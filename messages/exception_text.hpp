#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <exception>
#include <string>

namespace sweet::inline v0_5::detail {

/// Returns what() of an exception, or the name of its type if that is null.
std::string exception_text(const std::exception& thrown);

/// Returns the text of the exception that is being handled, of whatever type.
/// @pre an exception is being handled
std::string exception_text();

} // namespace sweet::inline v0_5::detail
