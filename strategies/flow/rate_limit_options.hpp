#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5 {

/// How often something may happen.
struct rate_limit_options {
  double per_second = 1;   ///< the average rate; from 0.001 to 1,000,000
  std::uint32_t burst = 1; ///< how many may happen at once after a pause; at least 1
};

} // namespace sweet::inline v0_5
