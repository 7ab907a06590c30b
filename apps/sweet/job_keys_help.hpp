#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>

namespace sweet::command {

/// All keys of job files, for a terminal.
[[nodiscard]] std::string job_keys_help();

} // namespace sweet::command
