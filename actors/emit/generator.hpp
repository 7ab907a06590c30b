#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// A coroutine that yields values with co_yield, one whenever the next is asked for.
///
///     sweet::generator<int> squares(int below) {
///       for (int i = 0; i < below; ++i)
///         co_yield i * i;
///     }
///
/// Its values can be read once; it cannot await. Its arguments are kept as any coroutine keeps
/// them: an argument that is passed by reference has to outlive it, and so has the object of a
/// member function or lambda. One thread at a time uses it.
template <class T>
class [[nodiscard]] generator {
  static_assert(std::is_object_v<T> && !std::is_const_v<T>, "a generator gives plain values");

public:
  /// The type of the values.
  using value_type = T;

  /// The promise of the coroutine.
  class promise_type {
  public:
    /// Makes the generator.
    generator get_return_object() noexcept { return generator{handle::from_promise(*this)}; }
    /// Suspends the coroutine until the first value is asked for.
    std::suspend_always initial_suspend() const noexcept { return {}; }
    /// Suspends the coroutine at its end.
    std::suspend_always final_suspend() const noexcept { return {}; }

    /// Yields a value, moved.
    // What is yielded lives until the coroutine goes on.
    std::suspend_always yield_value(T&& value) noexcept {
      yielded_ = std::addressof(value);
      return {};
    }
    /// Yields a copy of a value.
    std::suspend_always yield_value(const T& value) {
      return yield_value(std::move(copy_.emplace(value)));
    }

    /// Ends the values.
    void return_void() const noexcept {}
    /// Keeps the exception for next().
    void unhandled_exception() noexcept { error_ = std::current_exception(); }

    /// Refuses co_await.
    template <class Awaitable>
    void await_transform(Awaitable&&) = delete;

  private:
    friend generator;

    T* yielded_ = nullptr;
    std::optional<T> copy_;
    std::exception_ptr error_;
  };

  /// Takes over the coroutine of `other`.
  generator(generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  /// Destroys the coroutine of this generator, and takes over that of `other`.
  generator& operator=(generator other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  /// Destroys the coroutine.
  ~generator() {
    if (handle_)
      handle_.destroy();
  }

  /// Runs the coroutine up to its next co_yield. An exception of the coroutine ends it, and is
  /// thrown here.
  /// @pre The generator was not moved from.
  /// @returns the value; empty if the coroutine has returned
  std::optional<T> next() {
    if (handle_.done())
      return std::nullopt;
    handle_.resume();
    auto& promise = handle_.promise();
    if (promise.error_)
      std::rethrow_exception(std::exchange(promise.error_, nullptr));
    if (handle_.done())
      return std::nullopt;
    return std::optional<T>{std::in_place, std::move(*promise.yielded_)};
  }

private:
  using handle = std::coroutine_handle<promise_type>;

  explicit generator(handle h) noexcept : handle_(h) {}

  handle handle_;
};

} // namespace sweet::inline v0_5
