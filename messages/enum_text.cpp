// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <caf/error.hpp>
#include <caf/sec.hpp>

namespace sweet::inline v0_5::detail {

caf::error require_known(bool known, std::string_view type, unsigned value) {
  if (known)
    return {};
  return caf::make_error(caf::sec::invalid_argument,
                         std::string{type} + " has no value " + std::to_string(value));
}

} // namespace sweet::inline v0_5::detail
