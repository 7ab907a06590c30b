#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/supervisor/supervisor_tree.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/builders/service_description.hpp>
#include <sweet/builders/service_options.hpp>
#include <sweet/builders/supervisor_description.hpp>
#include <sweet/strategies/recovery/backoff.hpp>
#include <sweet/strategies/supervision/supervision_rules.hpp>

#include <caf/local_actor.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// Describes a supervisor and its children, and starts it with start(). A value: each call returns
/// a new one, and the supervisor can be started any number of times. The order of calls does not
/// matter, apart from that of children; of two calls of one setting the last one counts.
/// @tparam Parent runtime for a supervisor under the root; task_context for a child of a task; void
/// for one that is given to another supervisor
template <class Parent>
class [[nodiscard]] supervisor_builder {
  static constexpr bool is_top_level = std::is_same_v<Parent, runtime>;
  struct nobody {};
  using parent_type =
      std::conditional_t<is_top_level, runtime*,
                         std::conditional_t<std::is_void_v<Parent>, nobody, task_context>>;

public:
  /// Makes a builder with the default settings; sweet::supervisor calls this.
  supervisor_builder(parent_type parent, supervision_strategy strategy) : parent_(parent) {
    what_.strategy = strategy;
  }

  /// Names the supervisor in snapshots and errors. Default: "supervisor".
  auto name(std::string name) const {
    return with([&](auto& what) { what.name = std::move(name); });
  }

  /// Sets how many restarts within a period are allowed. One more, and the supervisor stops its
  /// children and fails. Default: 3 within 5 s, or 10 within 60 s with backoff().
  /// @throws std::invalid_argument unless `period` is positive
  auto intensity(std::uint32_t max_restarts, std::chrono::nanoseconds period) const {
    detail::check_duration("intensity()", period);
    return with([&](auto& what) { what.limit = {max_restarts, period}; });
  }

  /// Delays restarts: the delay grows with the restarts in a row of a child, and starts over once
  /// the child has run for `healthy_after`. Default: restarts are immediate.
  auto backoff(sweet::backoff delay = sweet::backoff::exponential(),
               std::chrono::nanoseconds healthy_after = std::chrono::seconds{15}) const {
    return with([&](auto& what) { what.delay = {delay, healthy_after}; });
  }

  /// Sets whether the supervisor stops once significant children have ended by themselves. Default:
  /// never.
  auto auto_shutdown(sweet::auto_shutdown when) const {
    return with([&](auto& what) { what.auto_shutdown = when; });
  }

  /// Adds a child, which is started after the children before it and stopped before them. `service`
  /// is one of
  ///
  /// - a function that caf::actor_system::spawn() takes: one with a behavior, stateful, typed or
  /// blocking;
  /// - a function that starts an actor and returns its handle, called as `f(task_context)` or
  /// `f()`; it may be a coroutine, and then the child has started when it has returned;
  /// - the body of a task, called as `f(task_context)` or `f()`.
  ///
  /// It is called again, or copied, for each start, by any thread.
  /// @param name unique within the supervisor, without a slash
  /// @param service what the child is
  /// @param options any of shutdown, restart_type, significant, starts_within, says_ready,
  /// mailbox_limit, stash_limit, on_error, registered, blocking_body, in any order
  /// @throws std::invalid_argument if the name or an option is not allowed
  template <class F, detail::service_option... Options>
  auto service(std::string name, F&& service, Options... options) const {
    auto spec =
        detail::describe_service(std::move(name), std::forward<F>(service), std::move(options)...);
    return with([&](auto& what) { what.children.push_back({std::move(spec), nullptr}); });
  }

  /// Adds a child whose actors are of a class, made without arguments. It is started after the
  /// children before it and stopped before them.
  /// @param name unique within the supervisor, without a slash
  /// @param options any of shutdown, restart_type, significant, starts_within, says_ready,
  /// mailbox_limit, stash_limit, on_error, registered, blocking_body, in any order
  /// @throws std::invalid_argument if the name or an option is not allowed
  template <std::derived_from<caf::local_actor> Actor, detail::service_option... Options>
  auto service(std::string name, Options... options) const {
    auto spec = detail::describe_actor_class<Actor>(std::move(name), std::move(options)...);
    return with([&](auto& what) { what.children.push_back({std::move(spec), nullptr}); });
  }

  /// Adds another supervisor as a child: `supervisor::one_for_one().service(...)`.
  /// @param name unique within this supervisor, without a slash
  /// @param inner the description of the other supervisor
  /// @param options any of shutdown, restart_type, significant, starts_within, says_ready,
  /// mailbox_limit, stash_limit, on_error, registered, blocking_body, in any order
  /// @throws std::invalid_argument if the name or an option is not allowed
  template <detail::service_option... Options>
  auto supervisor(std::string name, const supervisor_builder<void>& inner,
                  Options... options) const {
    auto child = detail::describe_nested(std::move(name), inner.what_);
    (detail::apply(std::move(options), child.spec), ...);
    return with([&](auto& what) { what.children.push_back(std::move(child)); });
  }

  /// Starts the supervisor, which starts its children one after the other; see
  /// supervisor_tree::started().
  /// @throws std::invalid_argument if two children have the same name, or a child is significant
  /// although it is permanent or the supervisor never shuts down by itself
  /// @throws cancelled if the parent was killed
  /// @throws std::bad_alloc
  supervisor_tree start() const
    requires(!std::is_void_v<Parent>)
  {
    if constexpr (is_top_level) {
      detail::spawn_target target{parent_->home()};
      auto core = detail::make_core(parent_->home(), what_);
      auto& task = detail::make_supervisor(core, what_.name);
      detail::start_top_level(task);
      return {std::move(core), detail::handle_access::make<spawning_task<void>>(task)};
    } else {
      auto core = detail::make_core(parent_.runtime().home(), what_);
      auto& task = detail::make_supervisor(core, what_.name);
      detail::start_child(detail::context_access::get(parent_), task);
      return {std::move(core), detail::handle_access::make<child_task<void>>(task).share()};
    }
  }

private:
  template <class>
  friend class supervisor_builder;

  template <class F>
  supervisor_builder with(F change) const {
    auto copy = *this;
    change(copy.what_);
    return copy;
  }

  parent_type parent_;
  detail::supervisor_description what_;
};

template <class F, class... Options>
spawning_task<void> supervisor_tree::start_child(std::string name, F&& service,
                                                 Options&&... options) const {
  return start_spec(detail::describe_service(std::move(name), std::forward<F>(service),
                                             std::forward<Options>(options)...));
}

} // namespace sweet::inline v0_5
