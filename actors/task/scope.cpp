// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/scope.hpp>

#include <stdexcept>
#include <string>

namespace sweet::inline v0_5::detail {

void check_duration(const char* what, std::chrono::nanoseconds d) {
  if (d.count() <= 0)
    throw std::invalid_argument{std::string{what} + ": give a positive duration"};
}

} // namespace sweet::inline v0_5::detail
