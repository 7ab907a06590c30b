#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet {

/// What becomes of a message that finds no room where it would have to wait.
enum class overflow : std::uint8_t {
  reject,      ///< it is refused; a request is answered with error_code::resource_limit
  drop_oldest, ///< the one that has waited longest goes in its place
  drop_newest, ///< it goes, as if it had never been sent; a request is answered, too
};

} // namespace sweet
