#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <string>

namespace sweet::inline v0_5::detail {

/// Formats a duration for messages of errors: "12 s", "250 ms".
std::string to_text(std::chrono::nanoseconds d);

} // namespace sweet::inline v0_5::detail
