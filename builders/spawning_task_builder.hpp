#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/builders/task_options.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace sweet {

namespace detail {

template <class F>
struct cleanup_option_of final : cleanup_option {
  template <class G>
  cleanup_option_of(G&& g, when_cancelled at) : f(std::forward<G>(g)), when(at) {}
  void add_to(cell& task) const override { add_cleanup(task, F{f}, when); }

  F f;
  when_cancelled when;
};

} // namespace detail

/// Describes a task that returns a T, and starts it with run(). A value: each call returns a new
/// builder, nothing happens before run(), and a builder can be run any number of times.
/// @tparam Parent runtime, for a top-level task, or task_context, for a child
template <class T, class Parent>
class [[nodiscard]] spawning_task_builder {
public:
  explicit spawning_task_builder(Parent& parent) noexcept : parent_(parent) {}

  /// The name in snapshots and errors.
  spawning_task_builder name(std::string name) const {
    return with([&](detail::task_options& o) { o.name = std::move(name); });
  }

  /// Default: the parent's, `normal` for a top-level task. Fixed when the task starts.
  spawning_task_builder priority(task_priority priority) const {
    return with([&](detail::task_options& o) { o.priority = priority; });
  }

  /// How long the task may take from the start of its body to the end of its children; default: as
  /// long as it wants. When the time is over it is cancelled gracefully, and fails with
  /// error_code::timeout once it has ended.
  /// @throws std::invalid_argument unless `timeout` is positive
  spawning_task_builder timeout(std::chrono::nanoseconds timeout) const {
    detail::check_duration("timeout()", timeout);
    return with([&](detail::task_options& o) { o.timeout = timeout; });
  }

  /// How long the task may take from run() to its end, whatever it waits for; the earlier one of
  /// its own and its parent's counts. When it is over the task's handle has error_code::timeout at
  /// that moment; the task is cancelled gracefully, and its parent still waits for its end.
  /// @throws std::invalid_argument unless `d` is positive
  spawning_task_builder deadline(std::chrono::nanoseconds d) const {
    detail::check_duration("deadline()", d);
    return with([&](detail::task_options& o) { o.deadline = d; });
  }

  /// How long the task may wait for its first turn; then it fails with error_code::timeout without
  /// having run.
  /// @throws std::invalid_argument unless `d` is positive
  spawning_task_builder queue_timeout(std::chrono::nanoseconds d) const {
    detail::check_duration("queue_timeout()", d);
    return with([&](detail::task_options& o) { o.queue_timeout = d; });
  }

  /// How long the task has to stop before its level rises by itself; default: 5 s and 1 s.
  spawning_task_builder rise_after(cancellation_times times) const {
    return with([&](detail::task_options& o) { o.rise_after = times; });
  }

  /// As task_context::on_cancel(), registered before the body starts; also called if it never does.
  /// @pre `f` can be copied: each task of the builder gets one
  template <class F>
  spawning_task_builder on_cancel(F&& f, when_cancelled when = when_cancelled::graceful) const {
    return with([&](detail::task_options& o) {
      o.cleanups.push_back(
          std::make_shared<detail::cleanup_option_of<std::decay_t<F>>>(std::forward<F>(f), when));
    });
  }

  /// The body blocks its thread: it runs on a thread of its own from an elastic pool.
  /// For callables; a coroutine suspends instead.
  spawning_task_builder blocking() const {
    return with([](detail::task_options& o) { o.blocking = true; });
  }

  /// What the failure of a child does to this task; default: child_failure::fail_fast.
  spawning_task_builder on_child_failure(child_failure what) const {
    return with([&](detail::task_options& o) { o.on_child_failure = what; });
  }

  /// Where relative paths of the task and those below it start, see
  /// task_context::working_directory(); a relative `path` is relative to the parent's. Default: the
  /// parent's.
  spawning_task_builder working_directory(std::string path) const {
    return with([&](detail::task_options& o) { o.working_directory = std::move(path); });
  }

  /// Whether to measure what the task costs, see task_metrics; read by handles and the context.
  /// Default: no.
  spawning_task_builder metrics(bool on = true) const {
    return with([&](detail::task_options& o) { o.metrics = on; });
  }

  /// Whether what happens to the task is told to runtime_options::trace. Default: no.
  spawning_task_builder tracing(bool on = true) const {
    return with([&](detail::task_options& o) { o.tracing = on; });
  }

  /// Not a child but a task under the root, which may outlive the one that starts it: run() gives a
  /// spawning_task. It inherits nothing from that one, its failure and cancellation are its own.
  auto detach() const
    requires std::is_same_v<Parent, task_context>
  {
    return spawning_task_builder<T, runtime>{parent_.runtime(), options_};
  }

  /// Starts `body(task_context, args...)`, or `body(args...)`.
  /// @returns spawning_task<T>, or child_task<T> for a child
  /// @throws cancelled if the parent has been killed; std::invalid_argument if a coroutine is
  /// described as blocking
  template <class F, class... Args>
  auto run(F&& body, Args&&... args) const {
    static_assert(std::is_convertible_v<detail::body_value<F, Args...>, T> ||
                      (std::is_void_v<T> && std::is_void_v<detail::body_value<F, Args...>>),
                  "the body does not return the type that to<T>() has announced");
    static_assert(
        std::is_same_v<detail::body_value<F, Args...>, T>,
        "the body returns a type that converts to T but is not T: convert it in the body");
    detail::check_options<detail::is_async<detail::body_result<F, Args...>>>(options_);
    if constexpr (std::is_same_v<Parent, runtime>) {
      detail::spawn_target target{parent_.scheduler()};
      auto& task = make(detail::root_of(parent_.scheduler()), std::forward<F>(body),
                        std::forward<Args>(args)...);
      detail::start_top_level(task);
      return detail::handle_access::make<spawning_task<T>>(task);
    } else {
      auto& parent = detail::context_access::get(parent_);
      auto& task = make(parent, std::forward<F>(body), std::forward<Args>(args)...);
      detail::start_with(options_, parent, task);
      return detail::handle_access::make<child_task<T>>(task);
    }
  }

private:
  template <class, class>
  friend class spawning_task_builder;

  spawning_task_builder(Parent& parent, detail::task_options options) noexcept
      : parent_(parent), options_(std::move(options)) {}

  template <class F>
  spawning_task_builder with(F change) const {
    auto copy = *this;
    change(copy.options_);
    return copy;
  }

  template <class F, class... Args>
  detail::cell& make(detail::cell& parent, F&& body, Args&&... args) const {
    auto& task = detail::make_body(std::forward<F>(body), std::forward<Args>(args)...);
    detail::apply(options_, task, parent);
    return task;
  }

  std::conditional_t<std::is_same_v<Parent, runtime>, runtime&, Parent> parent_;
  detail::task_options options_;
};

} // namespace sweet
