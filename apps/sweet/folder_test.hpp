#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <functional>
#include <string>

namespace sweet::command {

/// Tells whether a path is a folder that can be entered.
using folder_test = std::function<bool(const std::string& path)>;

} // namespace sweet::command
