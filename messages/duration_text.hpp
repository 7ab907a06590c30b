#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <string>

namespace sweet::detail {

/// "12 s", "250 ms": for messages of errors.
std::string to_text(std::chrono::nanoseconds d);

} // namespace sweet::detail
