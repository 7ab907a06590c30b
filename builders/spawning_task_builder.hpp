#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/root_task.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/describes_child.hpp>
#include <sweet/actors/task/recover.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/builders/async_task_builder.hpp>
#include <sweet/builders/attempt_maker.hpp>
#include <sweet/builders/placed_task_builder.hpp>
#include <sweet/builders/task_options.hpp>
#include <sweet/builders/task_traits.hpp>

#include <functional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// Describes a task that returns a T, and starts it with run(). A value, see async_task_builder.
/// @tparam T the type of the value; may be void
/// @tparam Parent runtime for a top-level task, task_context for a child
/// @tparam Traits what the compiler has to know of the description
template <class T, class Parent, detail::task_traits Traits = detail::task_traits{}>
class [[nodiscard]] spawning_task_builder
    : public async_task_builder<spawning_task_builder<T, Parent, Traits>> {
  using base = async_task_builder<spawning_task_builder>;
  static constexpr bool is_top_level = std::is_same_v<Parent, runtime>;
  using parent_type = std::conditional_t<is_top_level, runtime&, Parent>;
  // The parent as a type that can be assigned.
  using kept_parent = std::conditional_t<is_top_level, std::reference_wrapper<runtime>, Parent>;

public:
  /// The type of the value of the task.
  using value_type = T;
  /// What the compiler has to know of the description.
  static constexpr detail::task_traits traits = Traits;

  /// Makes a builder with the default settings; async_task::to() calls this.
  explicit spawning_task_builder(parent_type parent) noexcept : parent_(parent) {}

  /// Runs the body on a thread of its own from an elastic pool, so that it may block. For
  /// callables; a coroutine suspends instead.
  auto blocking() const {
    auto options = this->options();
    options.attempt.blocking = true;
    return rebuild<detail::task_traits{.blocking = true, .calls = Traits.calls}>(
        std::move(options));
  }

  /// Sets what the failure of a child does to this task, or to the attempt that has spawned the
  /// child. Default: child_failure::fail_fast.
  auto on_child_failure(child_failure what) const {
    return this->with([&](detail::task_options& o) { o.attempt.on_child_failure = what; });
  }

  /// Makes the task a top-level one, which may outlive the task of the context: run() then returns
  /// a spawning_task. It inherits nothing from that task; its failure and its cancellation are its
  /// own.
  auto detach() const
    requires(!is_top_level)
  {
    return spawning_task_builder<T, runtime, Traits>{parent_.runtime(), this->options()};
  }

  /// Has the task run a function on a node: `.on(node, placement::least_loaded()).run(what,
  /// args...)`. All that the builder describes goes for it: its deadline and its priority travel,
  /// its retries are placed anew.
  /// @param from a sweet::node; outlives the builder
  /// @param where which node is to run it
  template <class Node>
  auto on(const Node& from, placement where) const {
    static_assert(!Traits.blocking,
                  "a task on another node suspends instead of blocking: leave blocking() out");
    return placed_task_builder<spawning_task_builder, Node>{*this, from, std::move(where)};
  }

  /// Starts `body(task_context, args...)` or `body(args...)`.
  ///
  /// The body and its arguments are moved or copied into the task; with retry() they are copied
  /// again for each attempt.
  /// @returns `spawning_task<T>`, or `child_task<T>` for a child
  /// @throws cancelled if the parent was killed
  /// @throws std::invalid_argument if a circuit breaker or a rate limit belongs to another runtime
  /// @throws std::bad_alloc
  template <class F, class... Args>
  auto run(F&& body, Args&&... args) const {
    check_body<F, Args...>();
    if constexpr (is_top_level) {
      detail::spawn_target target{home()};
      auto& task =
          make(detail::root_of(home()), std::forward<F>(body), std::forward<Args>(args)...);
      detail::start_top_level(task);
      return detail::handle_access::make<spawning_task<T>>(task);
    } else {
      auto& parent = detail::context_access::get(parent_);
      auto& task = make(parent, std::forward<F>(body), std::forward<Args>(args)...);
      detail::start_with(this->options(), parent, task);
      return detail::handle_access::make<child_task<T>>(task);
    }
  }

  /// Makes a member of a group of children of `parent`; task_group::spawn() calls this, and starts
  /// the task. For the library.
  /// @throws std::invalid_argument if `parent` is not the task of the context of this builder
  template <class F, class... Args>
  detail::cell& make_member(detail::cell& parent, F&& body, Args&&... args) const {
    static_assert(!is_top_level,
                  "the members of a task_group are children of its task: make the builder with the "
                  "context of the group, as async_task::to<T>(ctx), and without detach()");
    check_body<F, Args...>();
    if constexpr (!is_top_level)
      detail::check_member(detail::context_access::get(parent_), parent);
    return make(parent, std::forward<F>(body), std::forward<Args>(args)...);
  }

private:
  template <class, class, detail::task_traits>
  friend class spawning_task_builder;
  friend base;

  spawning_task_builder(parent_type parent, detail::task_options options)
      : base(std::move(options)), parent_(parent) {}

  template <class F, class... Args>
  static constexpr void check_body() {
    static_assert(std::is_convertible_v<detail::body_value<F, Args...>, T> ||
                      (std::is_void_v<T> && std::is_void_v<detail::body_value<F, Args...>>),
                  "the body does not return the type that to<T>() has announced");
    static_assert(
        std::is_same_v<detail::body_value<F, Args...>, T>,
        "the body returns a type that converts to T but is not T: convert it in the body");
    static_assert(!Traits.blocking || !detail::is_async<detail::body_result<F, Args...>>,
                  "the body of a blocking() task is a coroutine, which suspends instead of "
                  "blocking: leave blocking() out, or run a callable");
  }

  template <detail::task_traits Next>
  auto rebuild(detail::task_options options) const {
    return spawning_task_builder<T, Parent, Next>{parent_, std::move(options)};
  }

  template <class F, class... Args>
  detail::cell& make(detail::cell& parent, F&& body, Args&&... args) const {
    detail::unstarted_task task{make_task(std::forward<F>(body), std::forward<Args>(args)...)};
    detail::apply(this->options(), *task, parent);
    return task.release();
  }

  template <class F, class... Args>
  detail::cell& make_task(F&& body, Args&&... args) const {
    const auto& options = this->options();
    if constexpr (Traits.calls == detail::body_calls::direct) {
      detail::unstarted_task task{
          detail::make_body(std::forward<F>(body), std::forward<Args>(args)...)};
      detail::apply(options.attempt, *task);
      return task.release();
    } else {
      using maker = detail::attempt_maker<Traits.calls, std::decay_t<F>, std::decay_t<Args>...>;
      detail::check_recovery(*options.recovery, home());
      auto plan = *options.recovery;
      plan.blocking_fallback = Traits.blocking;
      return detail::make_recovering<T>(
          std::move(plan),
          maker{options.attempt, std::forward<F>(body), std::forward<Args>(args)...});
    }
  }

  detail::task_home& home() const noexcept {
    if constexpr (is_top_level)
      return parent_.get().home();
    else
      return parent_.runtime().home();
  }

  kept_parent parent_;
};

namespace detail {

template <class T, class Parent, task_traits Traits>
inline constexpr bool is_task_builder<spawning_task_builder<T, Parent, Traits>> = true;

} // namespace detail

} // namespace sweet::inline v0_5
