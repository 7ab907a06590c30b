#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/supervisor/actor_service.hpp>
#include <sweet/actors/supervisor/service_spec.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/called_signature.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/builders/service_options.hpp>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_system.hpp>
#include <caf/behavior.hpp>
#include <caf/infer_handle.hpp>
#include <caf/local_actor.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_behavior.hpp>

#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Whether T is a handle to an actor.
template <class T>
inline constexpr bool is_actor_handle = false;
template <>
inline constexpr bool is_actor_handle<caf::actor> = true;
template <class... Sigs>
inline constexpr bool is_actor_handle<caf::typed_actor<Sigs...>> = true;

template <class T>
inline constexpr bool is_behavior = false;
template <>
inline constexpr bool is_behavior<caf::behavior> = true;
template <class... Sigs>
inline constexpr bool is_behavior<caf::typed_behavior<Sigs...>> = true;

/// What a service is made from.
enum class service_form {
  actor_function, ///< as for caf::actor_system::spawn()
  actor_factory,  ///< gives a handle, or async of one
  body,           ///< the body of a task
};

/// Whether a function has the parameters of an actor: a pointer to it, or none.
template <class R, class... Params>
struct has_actor_parameters {
  static constexpr bool value = sizeof...(Params) == 0;
};
template <class R, class Self>
struct has_actor_parameters<R, Self*> {
  static constexpr bool value = std::is_base_of_v<caf::local_actor, Self>;
};

template <class F>
inline constexpr bool is_actor_function = false;
template <has_one_signature F>
inline constexpr bool is_actor_function<F> =
    called_signature<called_as<F>>::template apply<has_actor_parameters>::value;

template <class F>
consteval service_form form_of() {
  if constexpr (std::is_invocable_v<F, task_context> || std::is_invocable_v<F>) {
    if (is_actor_handle<body_value<F>>)
      return service_form::actor_factory;
    return is_behavior<body_result<F>> ? service_form::actor_function : service_form::body;
  } else {
    return service_form::actor_function;
  }
}

template <class Handle>
void note_interface(service_spec& spec) {
  if constexpr (!std::is_same_v<Handle, caf::actor>)
    spec.interface = typeid(Handle);
}

/// Calls the function of an event-based actor as CAF does, with the actor or without.
template <class F, class Self>
auto call_function(const F& f, Self* self) {
  if constexpr (std::is_invocable_v<const F&, Self*>)
    return f(self);
  else
    return f();
}

template <class F>
actor_start start_of_function(F f) {
  using traits = caf::infer_handle_from_fun<F>;
  using impl = typename traits::impl;
  using result = typename traits::result_type;
  constexpr bool is_scheduled = std::is_base_of_v<caf::scheduled_actor, impl>;
  actor_start start;
  start.announces = is_scheduled;
  start.now = [f = std::move(f)](task_context ctx) {
    auto& system = ctx.runtime().system();
    if constexpr (is_scheduled)
      return caf::actor_cast<caf::actor>(
          system.spawn([f, started = start_announcement{ctx}](impl* self) -> result {
            keep_exceptions(*self);
            if constexpr (std::is_void_v<result>) {
              call_function(f, self);
              started(*self);
            } else {
              auto behavior = call_function(f, self);
              started(*self);
              return behavior;
            }
          }));
    else
      return caf::actor_cast<caf::actor>(system.spawn(f));
  };
  return start;
}

template <class F>
actor_start start_of_factory(F f) {
  actor_start start;
  if constexpr (is_async<body_result<F>>)
    start.later = [f = std::move(f)](task_context ctx) -> async<caf::actor> {
      co_return caf::actor_cast<caf::actor>(co_await ctx.scope(child_failure::fail_fast, f));
    };
  else
    start.now = [f = std::move(f)](task_context ctx) {
      return caf::actor_cast<caf::actor>(body_call<const F&>::invoke(f, ctx));
    };
  return start;
}

inline void make_actor_spec(service_spec& spec, actor_start start) {
  spec.kind = service_kind::actor;
  spec.make = [how = std::make_shared<const actor_start>(std::move(start))]() -> cell& {
    return make_body(run_actor, how);
  };
}

template <class F, class... Options>
service_spec describe_service(std::string name, F&& f, Options&&... options) {
  using function = std::decay_t<F>;
  static_assert(std::is_copy_constructible_v<function>,
                "a service is started again and again: what makes it has to be copyable");
  constexpr auto form = form_of<const function&>();
  service_spec spec;
  set_name(spec, std::move(name));
  if constexpr (form == service_form::actor_function && !is_actor_function<function>) {
    static_assert(is_actor_function<function>,
                  "a service is made from the body of a task, f(task_context) or f(), from a "
                  "function of the same parameters that gives the handle of an actor, or from the "
                  "function of an actor, f(self) with a pointer to a class of actors; this one has "
                  "other parameters");
  } else if constexpr (form == service_form::actor_function) {
    note_interface<typename caf::infer_handle_from_fun<function>::type>(spec);
    make_actor_spec(spec, start_of_function<function>(std::forward<F>(f)));
  } else if constexpr (form == service_form::actor_factory) {
    note_interface<body_value<const function&>>(spec);
    make_actor_spec(spec, start_of_factory<function>(std::forward<F>(f)));
  } else {
    spec.make = [f = function(std::forward<F>(f))]() -> cell& { return make_body(f); };
  }
  (apply(std::forward<Options>(options), spec), ...);
  return spec;
}

/// Describes a service by a class of actors that are made without arguments.
template <class Actor, class... Options>
service_spec describe_actor_class(std::string name, Options&&... options) {
  service_spec spec;
  set_name(spec, std::move(name));
  note_interface<caf::infer_handle_from_class_t<Actor>>(spec);
  actor_start start;
  start.now = [](task_context ctx) {
    return caf::actor_cast<caf::actor>(ctx.runtime().system().template spawn<Actor>());
  };
  make_actor_spec(spec, std::move(start));
  (apply(std::forward<Options>(options), spec), ...);
  return spec;
}

} // namespace sweet::inline v0_5::detail
