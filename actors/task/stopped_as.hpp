#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/awaiting_task.hpp>
#include <sweet/messages/cancelled.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

template <class Awaitable>
decltype(auto) awaiter_of(Awaitable&& x) {
  if constexpr (task_awaiter<std::remove_reference_t<Awaitable>>)
    return static_cast<Awaitable&&>(x);
  else
    return static_cast<Awaitable&&>(x).operator co_await();
}

/// A wait during which a stop means something else than the end of the coroutine.
template <class Awaitable, stop_mode Mode>
class guarded_wait {
public:
  explicit guarded_wait(Awaitable&& x) : awaiter_(awaiter_of(static_cast<Awaitable&&>(x))) {}
  guarded_wait(const guarded_wait&) = delete;
  guarded_wait& operator=(const guarded_wait&) = delete;

  bool await_ready() { return awaiter_.await_ready(); }

  bool await_suspend(awaiting_task h) {
    task_ = &h.task();
    task_->on_stop(Mode);
    try {
      if constexpr (std::is_void_v<decltype(awaiter_.await_suspend(h))>) {
        awaiter_.await_suspend(h);
        return true;
      } else if (awaiter_.await_suspend(h)) {
        return true;
      }
    } catch (...) {
      task_->on_stop(stop_mode::destroy);
      throw;
    }
    task_->on_stop(stop_mode::destroy);
    return false;
  }

protected:
  /// Ends the wait. @returns whether the task has been told to stop meanwhile
  bool end_wait() noexcept {
    const bool stopped = task_ != nullptr && task_->on_stop() == stop_mode::answered;
    if (task_ != nullptr)
      task_->on_stop(stop_mode::destroy);
    return stopped;
  }

  decltype(awaiter_of(std::declval<Awaitable>())) awaiter_;

private:
  cell* task_ = nullptr;
};

template <class Awaitable>
struct optional_wait : guarded_wait<Awaitable, stop_mode::answer> {
  using guarded_wait<Awaitable, stop_mode::answer>::guarded_wait;

  auto await_resume() {
    using value = std::remove_cvref_t<decltype(this->awaiter_.await_resume())>;
    const bool stopped = this->end_wait();
    if constexpr (std::is_void_v<value>) {
      if (!stopped)
        this->awaiter_.await_resume();
      return !stopped;
    } else {
      return stopped ? std::nullopt : std::optional<value>{this->awaiter_.await_resume()};
    }
  }
};

template <class Awaitable>
struct throwing_wait : guarded_wait<Awaitable, stop_mode::answer> {
  using guarded_wait<Awaitable, stop_mode::answer>::guarded_wait;

  decltype(auto) await_resume() {
    if (this->end_wait())
      throw cancelled{};
    return this->awaiter_.await_resume();
  }
};

template <class Awaitable>
struct unstoppable_wait : guarded_wait<Awaitable, stop_mode::never> {
  using guarded_wait<Awaitable, stop_mode::never>::guarded_wait;

  decltype(auto) await_resume() {
    this->end_wait();
    return this->awaiter_.await_resume();
  }
};

} // namespace detail

/// `co_await stopped_as_optional(x)` waits for `x` as `co_await x` does. If the task is told to
/// stop meanwhile, the coroutine goes on, without a value.
///
///     if (auto line = co_await sweet::stopped_as_optional(lines.next())) ...
///     else co_await save(state);         // told to stop
///
/// The answer comes once `x` has been withdrawn or has ended. The stop is spent: later waits are
/// ordinary ones until the level rises, though at `kill` and above each of them is ended at once.
/// @returns an optional of what `co_await x` gives; if that is void, whether `x` has come to its
/// end
/// @throws what `co_await x` throws
template <detail::task_awaitable Awaitable>
[[nodiscard]] auto stopped_as_optional(Awaitable&& x) {
  return detail::optional_wait<Awaitable&&>{static_cast<Awaitable&&>(x)};
}

/// `co_await stopped_as_error(x)` waits for `x` as `co_await x` does. If the task is told to stop
/// meanwhile, the wait throws `cancelled`, which the body may catch.
///
/// The exception comes once `x` has been withdrawn or has ended. The stop is spent: later waits are
/// ordinary ones until the level rises, though at `kill` and above each of them is ended at once.
/// @returns what `co_await x` gives @throws cancelled, and what `co_await x` throws
template <detail::task_awaitable Awaitable>
[[nodiscard]] auto stopped_as_error(Awaitable&& x) {
  return detail::throwing_wait<Awaitable&&>{static_cast<Awaitable&&>(x)};
}

/// `co_await unstoppable(x)` waits for `x` whatever happens to the task. The level still reaches
/// `x` itself, such as a child to which the task passes it: see task_context::shield().
/// @returns what `co_await x` gives @throws what `co_await x` throws
template <detail::task_awaitable Awaitable>
[[nodiscard]] auto unstoppable(Awaitable&& x) {
  return detail::unstoppable_wait<Awaitable&&>{static_cast<Awaitable&&>(x)};
}

} // namespace sweet::inline v0_5
