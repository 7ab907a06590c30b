// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/version.hpp>

namespace sweet::inline v0_5 {

std::string_view version() noexcept {
  return SWEET_VERSION;
}

} // namespace sweet::inline v0_5
