// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/supervisor/service_lookup.hpp>

#include <sweet/actors/runtime/caf/service_registry.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>

#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5 {

namespace {

detail::service_registry& registry_of(runtime& rt) {
  return rt.home().services().get<detail::service_registry>();
}

} // namespace

void detail::check_interface(const std::optional<std::type_index>& actual, std::type_index asked,
                             const std::string& what) {
  if (asked != typeid(caf::actor) && asked != actual)
    throw std::invalid_argument{what + " has another interface than the handle that is asked for"};
}

caf::actor detail::find_registered(runtime& rt, std::string_view name, std::type_index interface) {
  auto found = registry_of(rt).find(name);
  if (!found)
    return {};
  check_interface(found->interface, interface,
                  "find_service(): the service \"" + std::string{name} + "\"");
  return std::move(found->reference);
}

void watch_service(runtime& rt, std::string name, const caf::actor& who) {
  registry_of(rt).watch(std::move(name), who);
}

void unwatch_service(runtime& rt, std::string_view name, const caf::actor& who) {
  registry_of(rt).unwatch(name, who);
}

} // namespace sweet::inline v0_5
