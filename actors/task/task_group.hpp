#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_group_core.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/describes_child.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_result.hpp>

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// Takes the outcomes of children as they end.
///
///     sweet::task_group<int> group{ctx};
///     for (int i = 0; i < n; ++i)
///       group.spawn(work, i);
///     while (auto outcome = co_await group.next())
///       use(outcome->value());
///
/// A body that is no coroutine waits by `group.next().await()`.
///
/// For the body of the task only. Destroying the group neither cancels nor leaks: children that
/// have not ended are reaped when they do, and children that wait for their turn still get it. A
/// task has at most 65,535 groups at a time.
template <class T>
class task_group {
public:
  /// Makes a group of children of the task of `ctx`.
  /// @throws std::length_error if the task has 65,535 groups already
  explicit task_group(task_context ctx)
      : core_(detail::group_core::make(detail::context_access::get(ctx))) {}

  /// Limits how many children of this group run at the same time. Default: no limit.
  ///
  /// Further children wait in the order of spawn(), and each starts when another has ended,
  /// whatever the task does meanwhile. Children that run already go on if there are more than `n`.
  /// If the task or the group is cancelled, children that wait never run their bodies: they end as
  /// cancelled, and next() gives their outcomes, too.
  /// @throws std::invalid_argument unless `n` is positive
  void max_concurrency(std::size_t n) { core_->max_concurrency(n); }

  /// Starts `f(task_context, args...)` or `f(args...)` as a child in this group, or lets it wait
  /// for its turn; see max_concurrency().
  /// @throws cancelled if the task was killed
  /// @throws std::bad_alloc
  template <class F, class... Args>
    requires(!detail::describes_child<F>)
  void spawn(F&& f, Args&&... args) {
    static_assert(std::is_same_v<detail::body_value<F, Args...>, T>,
                  "all bodies of a task_group<T> return T");
    core_->start(detail::make_body(std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// Starts a child in this group that `builder` describes - its name, time limits, attempts and so
  /// on -, or lets it wait for its turn: `group.spawn(async_task::to<int>(ctx).retry(3), f,
  /// args...)`.
  ///
  /// Until its turn the child is queued, so that deadline() and queue_timeout() count from this
  /// call on, timeout() from its turn.
  /// @param builder async_task::to<T>() of the context of the group, with any settings; it can be
  /// used for many children
  /// @throws std::invalid_argument if `builder` was made with the context of another task
  /// @throws cancelled if the task was killed
  /// @throws std::bad_alloc
  template <detail::describes_child Builder, class F, class... Args>
  void spawn(const Builder& builder, F&& f, Args&&... args) {
    static_assert(std::is_same_v<typename Builder::value_type, T>,
                  "all bodies of a task_group<T> return T: describe them by to<T>()");
    core_->start(
        builder.make_member(core_->parent(), std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// The wait for an outcome; next() returns it.
  class [[nodiscard]] next_outcome {
  public:
    /// Makes a wait. For the library: next() calls this.
    explicit next_outcome(detail::group_core& core) noexcept : core_(core) {}

    /// Waits for the outcome: `co_await group.next()`.
    /// Cancelling the awaiting task stops its body at this wait.
    auto operator co_await() const noexcept { return awaiter{core_}; }

    /// Blocks the thread of the body until there is an outcome; for bodies that are no coroutines,
    /// see child_task::await().
    /// @returns the outcome; empty if no child is left, or in a destructor of a body that stops
    /// @throws task_failure if the wait is refused, see child_task::await(); all children stay
    /// @throws cancelled if the task is cancelled meanwhile
    std::optional<task_result<T>> await() const {
      if (core_.size() == 0)
        return std::nullopt;
      const auto how = detail::join_blocking(core_);
      if (how == detail::join_outcome::unwound)
        return std::nullopt;
      if (how != detail::join_outcome::ended)
        throw task_failure{detail::error_of(how)};
      return take(core_);
    }

  private:
    detail::group_core& core_;
  };

  /// Waits for the child that ends first of those whose outcomes were not taken yet: `co_await
  /// group.next()` gives its outcome, and empty if no child is left; so does `group.next().await()`
  /// in bodies that are no coroutines.
  next_outcome next() noexcept { return next_outcome{*core_}; }

  /// Returns how many outcomes were not taken yet.
  std::size_t size() const noexcept { return core_->size(); }

  /// Asks all children of the group to stop, newest first, also those that wait for their turn.
  void cancel(cancellation_level level = cancellation_level::graceful) noexcept {
    core_->cancel(level);
  }

private:
  static task_result<T> take(detail::group_core& core) {
    detail::cell& child = core.take();
    struct let_go_at_end {
      detail::group_core& core;
      detail::cell& c;
      ~let_go_at_end() { core.let_go(c); }
    } at_end{core, child};
    return detail::outcome_of_child<T>(child);
  }

  class awaiter {
  public:
    explicit awaiter(detail::group_core& core) noexcept : core_(core) {}

    bool await_ready() const noexcept { return core_.size() == 0 || poll(core_); }
    void await_suspend(detail::awaiting_task h) const {
      h.check_owns(core_.parent());
      core_.wait();
    }
    std::optional<task_result<T>> await_resume() const {
      if (core_.size() == 0)
        return std::nullopt;
      if (!core_.is_ready())
        detail::throw_awaited_twice();
      return take(core_);
    }

  private:
    detail::group_core& core_;
  };

  detail::group_core::handle core_;
};

} // namespace sweet::inline v0_5
