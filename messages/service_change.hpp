#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>

#include <sweet/messages/inspection.hpp>

namespace sweet {

/// Tells who watches a registered service that it takes messages.
struct service_up {
  std::string name; ///< as given to registered

  friend bool operator==(const service_up&, const service_up&) = default;
};

/// Tells who watches a registered service that nobody takes its messages at the moment, or that
/// there is none of that name: what is sent to its reference waits, if there is one.
struct service_down {
  std::string name;

  friend bool operator==(const service_down&, const service_down&) = default;
};

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, service_up& x) {
  return detail::inspect_fields(f, "service_up", x.name);
}

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, service_down& x) {
  return detail::inspect_fields(f, "service_down", x.name);
}

} // namespace sweet
