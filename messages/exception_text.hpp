#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <exception>
#include <string>

namespace sweet::detail {

/// What the exception says; the name of its type if its what() is null.
std::string exception_text(const std::exception& thrown);

/// The same of the exception that is being handled, whatever it is.
/// @pre called while one is handled
std::string exception_text();

} // namespace sweet::detail
