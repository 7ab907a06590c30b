#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet::inline v0_5 {

/// The message that a watcher of a registered service gets when the service takes messages.
struct service_up {
  std::string name; ///< the name that was given to registered

  friend bool operator==(const service_up&, const service_up&) = default;
};

/// The message that a watcher of a registered service gets when the service takes no messages at
/// the moment, or no service has that name. Messages to a reference of the service wait meanwhile.
struct service_down {
  /// The name that was given to registered.
  std::string name;

  friend bool operator==(const service_down&, const service_down&) = default;
};

/// Lets CAF serialise the message.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, service_up& x) {
  return detail::inspect_fields(f, "service_up", x.name);
}

/// Lets CAF serialise the message.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, service_down& x) {
  return detail::inspect_fields(f, "service_down", x.name);
}

} // namespace sweet::inline v0_5
