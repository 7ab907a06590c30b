// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/message_types.hpp>

#include <string>
#include <typeindex>
#include <vector>

#include <caf/actor_system_config.hpp>
#include <caf/deserializer.hpp>
#include <caf/make_type_erased_value.hpp>
#include <caf/message.hpp>
#include <caf/serializer.hpp>

#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/service_change.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_id.hpp>
#include <sweet/messages/task_priority.hpp>
#include <sweet/messages/task_snapshot.hpp>
#include <sweet/messages/task_status.hpp>
#include <sweet/messages/wait_reason.hpp>

namespace sweet::inline v0_5 {

namespace {

template <named_enum Enum>
caf::error check(const Enum& x) {
  return detail::known_check{x}();
}

template <named_enum Enum>
caf::error check(const std::vector<Enum>& xs) {
  for (const auto& x : xs)
    if (auto error = check(x))
      return error;
  return {};
}

/// A message element that is checked once it has been read: CAF's own would take any byte for an
/// enum.
template <class T>
class checked_value : public caf::detail::type_erased_value_impl<T> {
  using super = caf::detail::type_erased_value_impl<T>;

public:
  using super::super;

  caf::error load(caf::deserializer& source) override {
    if (auto error = super::load(source))
      return error;
    return check(*static_cast<const T*>(this->get()));
  }

  caf::type_erased_value_ptr copy() const override {
    return caf::type_erased_value_ptr{new checked_value{*static_cast<const T*>(this->get())}};
  }
};

template <class T>
void use_checked_value(caf::actor_system_config& config) {
  const auto make = [] { return caf::type_erased_value_ptr{new checked_value<T>}; };
  const std::type_index type{typeid(T)};
  config.value_factories_by_rtti[type] = make;
  config.value_factories_by_name[config.type_names_by_rtti.at(type)] = make;
}

template <named_enum Enum>
void add_enum(caf::actor_system_config& config) {
  config.add_message_type<Enum>("sweet::" + std::string{detail::enum_names<Enum>::type});
  use_checked_value<Enum>(config);
  use_checked_value<std::vector<Enum>>(config);
}

} // namespace

void add_message_types(caf::actor_system_config& config) {
  add_enum<task_status>(config);
  add_enum<task_priority>(config);
  add_enum<cancellation_level>(config);
  add_enum<error_code>(config);
  add_enum<wait_reason>(config);
  config.add_message_type<task_id>("sweet::task_id");
  config.add_message_type<task_error>("sweet::task_error");
  config.add_message_type<task_snapshot>("sweet::task_snapshot");
  config.add_message_type<tree_snapshot>("sweet::tree_snapshot");
  config.add_message_type<service_up>("sweet::service_up");
  config.add_message_type<service_down>("sweet::service_down");
  config.add_error_category(caf::atom("sweet"), [](std::uint8_t code, caf::atom_value category,
                                                   const caf::message& context) {
    return to_string(from_caf_error(caf::error{code, category, context}));
  });
}

} // namespace sweet::inline v0_5
