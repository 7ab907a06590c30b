// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/actor_hooks.hpp>

#include <caf/atom.hpp>
#include <caf/make_message.hpp>

#include <cstdint>
#include <limits>
#include <tuple>

namespace sweet::inline v0_5::detail {

namespace {

/// Reaches parts of an actor that CAF keeps for derived classes.
struct actor_parts : caf::scheduled_actor {
  static auto& error_handler_of(caf::scheduled_actor& self) noexcept {
    return self.*(&actor_parts::error_handler_);
  }
  static auto& responses_of(caf::scheduled_actor& self) noexcept {
    return self.*(&actor_parts::multiplexed_responses_);
  }
};

} // namespace

caf::match_case::result frozen_behavior::invoke_empty(caf::detail::invoke_result_visitor& f) {
  caf::message empty;
  return object_.offer(f, empty.content());
}

void quit_hook::put_into(caf::scheduled_actor& self, std::shared_ptr<hooked_object> object) {
  auto& place = actor_parts::error_handler_of(self);
  function hooked{quit_hook{std::move(object), place}};
  place = std::move(hooked);
}

std::shared_ptr<hooked_object> quit_hook::find_in(caf::scheduled_actor& self) noexcept {
  const auto* hook = actor_parts::error_handler_of(self).target<quit_hook>();
  return hook != nullptr ? hook->object_ : nullptr;
}

call_message::call_message(std::shared_ptr<hooked_object> object)
    : tuple_vals_impl(
          caf::timeout_msg{caf::atom("receive"), std::numeric_limits<std::uint64_t>::max()}),
      object_(std::move(object)) {}

caf::type_erased_tuple& call_message::content() {
  if (const auto object = std::exchange(object_, nullptr))
    object->called();
  return *this;
}

caf::message call_message::copy_content_to_message() const {
  return caf::make_message(std::get<0>(this->data()));
}

void begin_lingering(caf::scheduled_actor& self, caf::message_id id, caf::behavior unused) {
  self.add_multiplexed_response_handler(id, std::move(unused));
}

void end_lingering(caf::scheduled_actor& self, caf::message_id id) noexcept {
  actor_parts::responses_of(self).erase(id);
}

} // namespace sweet::inline v0_5::detail
