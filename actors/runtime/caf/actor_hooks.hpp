#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <caf/behavior.hpp>
#include <caf/detail/behavior_impl.hpp>
#include <caf/detail/invoke_result_visitor.hpp>
#include <caf/detail/tuple_vals.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/match_case.hpp>
#include <caf/message.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/system_messages.hpp>
#include <caf/type_erased_tuple.hpp>

#include <memory>
#include <utility>

// Where CAF, which has no such hooks, calls what lives with an actor: all in the actor's context.

namespace sweet::inline v0_5::detail {

/// What lives with an actor, in its context.
class hooked_object {
public:
  /// Called for a message that has come to the frozen_behavior.
  virtual caf::match_case::result offer(caf::detail::invoke_result_visitor& f,
                                        caf::type_erased_tuple& content) = 0;
  /// Called when the actor takes a call_message.
  virtual void called() noexcept = 0;
  /// Called when CAF has dropped the quit_hook: the actor quits, is being destroyed, or has another
  /// error handler now.
  virtual void hook_is_gone() noexcept = 0;

protected:
  ~hooked_object() = default;
};

/// The behavior of an actor that takes no ordinary message for a while. Exit and down messages do
/// not come here: CAF handles them before it asks the behavior.
class frozen_behavior final : public caf::detail::behavior_impl {
public:
  explicit frozen_behavior(hooked_object& object) noexcept : object_(object) {}

  using behavior_impl::invoke;
  caf::match_case::result invoke(caf::detail::invoke_result_visitor& f,
                                 caf::type_erased_tuple& content) override {
    return object_.offer(f, content);
  }
  caf::match_case::result invoke_empty(caf::detail::invoke_result_visitor& f) override;

private:
  hooked_object& object_;
};

/// Stands in for the error handler of an actor, and learns that CAF destroys it: that is the one
/// thing that all ways to quit have in common, and it comes before the actor's state is destroyed.
class quit_hook {
public:
  using function = caf::scheduled_actor::error_handler;

  quit_hook(std::shared_ptr<hooked_object> object, function user) noexcept
      : object_(std::move(object)), user_(std::move(user)) {}
  quit_hook(const quit_hook&) = default;
  quit_hook(quit_hook&&) noexcept = default;
  quit_hook& operator=(const quit_hook&) = delete;
  quit_hook& operator=(quit_hook&&) = delete;
  ~quit_hook() {
    if (object_ != nullptr)
      object_->hook_is_gone();
  }

  void operator()(caf::scheduled_actor* self, caf::error& what) const { user_(self, what); }

  /// Puts a hook into the actor, around its error handler.
  static void put_into(caf::scheduled_actor& self, std::shared_ptr<hooked_object> object);
  /// Returns what is hooked into the actor; null: nothing.
  static std::shared_ptr<hooked_object> find_in(caf::scheduled_actor& self) noexcept;

private:
  std::shared_ptr<hooked_object> object_;
  function user_;
};

/// Takes its receiver into the receiver's context: called() comes when the actor looks at the
/// content. For the rest CAF takes it for the timeout of a behavior that is gone.
class call_message final
    : public caf::mailbox_element,
      public caf::detail::tuple_vals_impl<caf::type_erased_tuple, caf::timeout_msg> {
public:
  explicit call_message(std::shared_ptr<hooked_object> object);

  caf::type_erased_tuple& content() override;
  const caf::type_erased_tuple& content() const override { return *this; }
  caf::message move_content_to_message() override { return copy_content_to_message(); }
  caf::message copy_content_to_message() const override;

private:
  std::shared_ptr<hooked_object> object_; ///< null: has been called
};

/// Makes CAF take an actor that quits for one that waits for the response `id`, and so live on.
/// @param unused a behavior that is not called
void begin_lingering(caf::scheduled_actor& self, caf::message_id id, caf::behavior unused);
/// Lets the actor end.
void end_lingering(caf::scheduled_actor& self, caf::message_id id) noexcept;

} // namespace sweet::inline v0_5::detail
