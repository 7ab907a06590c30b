#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <span>

#include "job_key.hpp"
#include "node_config.hpp"

namespace sweet::command {

/// All keys of the file of a node. Each is a flag as well: `secret_file` is `--secret-file`.
[[nodiscard]] std::span<const job_key<node_config>> node_keys() noexcept;

} // namespace sweet::command
