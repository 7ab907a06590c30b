#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <typeindex>

namespace sweet::inline v0_5 {

class runtime;

namespace detail {

/// Checks that a service can be used through a handle of type `asked`; typeid(caf::actor) fits any.
/// @param actual the type of the handles to a statically typed service
/// @param what the call and the service, for the error
/// @throws std::invalid_argument if handles to the service are of another type
void check_interface(const std::optional<std::type_index>& actual, std::type_index asked,
                     const std::string& what);

/// Returns the reference to a registered service; null if there is none.
/// @throws std::invalid_argument if handles to the service are of another type
caf::actor find_registered(runtime& rt, std::string_view name, std::type_index interface);

} // namespace detail

/// Returns the reference to the service that is registered under a name in the runtime, see the
/// option `registered`. It stays valid across restarts, as that of supervisor_tree::ref() does. Any
/// thread.
/// @returns a handle that converts to false if there is no such service
/// @throws std::invalid_argument if the service is of another type
template <class Handle = caf::actor>
Handle find_service(runtime& rt, std::string_view name) {
  return caf::actor_cast<Handle>(detail::find_registered(rt, name, typeid(Handle)));
}

/// Sends a service_up or a service_down to `who` at once, depending on whether the service takes
/// messages now, and then whenever that changes, in order; after a restart both.
///
/// There need not be a service of that name yet. `who` may be any actor, a task among them; it is
/// forgotten when it has ended. A repeated call sends the present state once more. Any thread.
/// @throws std::invalid_argument if `who` is null
void watch_service(runtime& rt, std::string name, const caf::actor& who);

/// Ends what watch_service() has begun. A message that was sent before may still arrive. Any
/// thread.
void unwatch_service(runtime& rt, std::string_view name, const caf::actor& who);

} // namespace sweet::inline v0_5
