#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5 {

template <class T>
class task_result;

namespace detail {

template <class T>
inline constexpr bool is_task_result = false;
template <class T>
inline constexpr bool is_task_result<task_result<T>> = true;

/// Whether something of type `U` is meant to become the value. The value of another result never
/// is: a `task_result<bool>` would take "it succeeded" for its value.
template <class T, class U>
concept means_a_value = std::same_as<std::remove_cvref_t<U>, T> ||
                        (!std::same_as<std::remove_cvref_t<U>, task_error> &&
                         !std::same_as<std::remove_cvref_t<U>, std::in_place_t> &&
                         !is_task_result<std::remove_cvref_t<U>>);

/// Returns `error`, or an unknown one if it is empty: a failure whose reason got lost is still a
/// failure.
inline task_error some_error(task_error error) {
  return error ? std::move(error) : task_error{error_code::unknown, "failed without a reason"};
}

/// Makes a value by an implicit conversion. Explicit conversions, such as from 5 to a vector of 5
/// or from a handle to "it is not empty", are not taken for a value.
template <class T, class U>
T convert(U&& from) {
  static_assert(
      std::convertible_to<U, T>,
      "this does not convert to the value's type implicitly: write the conversion down, as "
      "in T{x}; a task is awaited first, and of a task_result its value() is taken");
  if constexpr (std::is_scalar_v<T>)
    return static_cast<T>(std::forward<U>(from));
  else
    return std::forward<U>(from);
}

template <class F, class... Args>
auto call_into_value(F&& f, Args&&... args) {
  using value_type = std::remove_cvref_t<std::invoke_result_t<F, Args...>>;
  static_assert(
      !is_task_result<value_type>,
      "map() wants a function that returns a value; for one that returns a task_result use "
      "and_then()");
  if constexpr (std::is_void_v<value_type>) {
    std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
    return task_result<value_type>{std::in_place};
  } else {
    return task_result<value_type>{std::in_place,
                                   std::invoke(std::forward<F>(f), std::forward<Args>(args)...)};
  }
}

template <class F, class... Args>
auto call_into_result(F&& f, Args&&... args) {
  static_assert(
      is_task_result<std::remove_cvref_t<std::invoke_result_t<F, Args...>>>,
      "and_then() wants a function that returns a task_result; for one that returns a value "
      "use map()");
  return std::invoke(std::forward<F>(f), std::forward<Args>(args)...);
}

} // namespace detail

/// The outcome of a task: a value, or the task_error that says why there is none.
///
/// `T` may be void and may be move-only; it is held in place, nothing is allocated. A moved-from
/// result keeps its state: a moved-from value, or the same error. The functions given to map(),
/// map_err(), and_then() and or_else() are called at once, in the calling thread, and their
/// exceptions pass through.
///
/// Not thread safe, like any value.
template <class T>
class [[nodiscard]] task_result {
  static_assert(
      !std::is_reference_v<T>,
      "a task_result cannot hold a reference: what it refers to may end before the result "
      "is read; return a value, a pointer or std::reference_wrapper");
  static_assert(std::is_object_v<T> && !std::is_array_v<T> && !std::is_const_v<T> &&
                    !std::is_volatile_v<T>,
                "a task_result holds void or a plain object type");
  static_assert(!std::same_as<T, task_error>,
                "a task_error as the value could not be told from a failure");
  static_assert(std::move_constructible<T>, "the value of a task_result must be movable");

public:
  /// The type of the value.
  using value_type = T;

  /// Makes a success whose value is constructed from `args`.
  template <class... Args>
    requires std::constructible_from<T, Args...>
  explicit task_result(std::in_place_t,
                       Args&&... args) noexcept(std::is_nothrow_constructible_v<T, Args...>)
      : value_(std::forward<Args>(args)...) {}

  /// Makes a success with this value; implicit if `U` converts to `T` implicitly.
  template <class U = T>
    requires(std::constructible_from<T, U> && detail::means_a_value<T, U>)
  explicit(!std::convertible_to<U, T>)
      task_result(U&& value) noexcept(std::is_nothrow_constructible_v<T, U>)
      : value_(std::forward<U>(value)) {}

  /// Makes a failure. An empty `error` becomes error_code::unknown.
  task_result(task_error error) : error_(detail::some_error(std::move(error))) {}

  /// Copies the value or the error of `other`.
  task_result(const task_result& other)
    requires std::copy_constructible<T>
      : error_(other.error_) {
    if (is_ok())
      std::construct_at(std::addressof(value_), other.value_);
  }

  /// Moves the value of `other`, or copies its error; `other` keeps its state.
  // The error is copied, not moved: an object without one would have to hold a value.
  task_result(task_result&& other) noexcept(std::is_nothrow_move_constructible_v<T>)
      : error_(other.error_) {
    if (is_ok())
      std::construct_at(std::addressof(value_), std::move(other.value_));
  }

  /// Copies the value or the error of `other`. If copying the value throws, this result keeps its
  /// former state, or the value that a throwing assignment of `T` leaves.
  task_result& operator=(const task_result& other)
    requires(std::copy_constructible<T> && std::is_copy_assignable_v<T>)
  {
    assign(other);
    return *this;
  }

  /// Moves the value of `other`, or copies its error; `other` keeps its state.
  task_result& operator=(task_result&& other) noexcept(std::is_nothrow_move_constructible_v<T> &&
                                                       std::is_nothrow_move_assignable_v<T>)
    requires std::is_move_assignable_v<T>
  {
    assign(std::move(other));
    return *this;
  }

  /// Destroys the value or the error.
  ~task_result() {
    if (is_ok())
      std::destroy_at(std::addressof(value_));
  }

  /// Tells whether this is a success.
  bool is_ok() const noexcept { return !error_; }

  /// Tells whether this is a failure.
  bool is_err() const noexcept { return !is_ok(); }

  /// Tells whether this is a success.
  explicit operator bool() const noexcept { return is_ok(); }

  /// Returns the value.
  /// @throws task_failure if this is a failure
  T& value() & {
    require_value();
    return value_;
  }

  /// Returns the value.
  /// @throws task_failure if this is a failure
  const T& value() const& {
    require_value();
    return value_;
  }

  /// Returns a reference to the value, to move from; it ends with the result.
  /// @throws task_failure if this is a failure
  T&& value() && {
    require_value();
    return std::move(value_);
  }

  /// Returns the value.
  /// @throws task_failure if this is a failure
  T& unwrap() & { return value(); }

  /// Returns the value.
  /// @throws task_failure if this is a failure
  const T& unwrap() const& { return value(); }

  /// Moves the value out, so that nothing dangles when the result was a temporary.
  /// @throws task_failure if this is a failure
  T unwrap() && { return std::move(*this).value(); }

  /// Returns a copy of the value; or, of a failure, `other`, which has to convert to `T`
  /// implicitly.
  template <class U = T>
  T unwrap_or(U&& other) const& {
    return is_ok() ? value_ : detail::convert<T>(std::forward<U>(other));
  }

  /// Moves the value out; or, of a failure, returns `other`, which has to convert to `T`
  /// implicitly.
  template <class U = T>
  T unwrap_or(U&& other) && {
    return is_ok() ? std::move(value_) : detail::convert<T>(std::forward<U>(other));
  }

  /// Returns why there is no value; empty if there is one.
  const task_error& error() const noexcept { return error_; }

  /// Applies `f` to the value: returns a task_result of what `f(value)` returns. A failure is
  /// returned with its error, and `f` is not called.
  template <class F>
  auto map(F&& f) const& {
    return map_impl(*this, std::forward<F>(f));
  }

  /// Applies `f` to the value, moved: returns a task_result of what `f(value)` returns. A failure
  /// is returned with its error, and `f` is not called.
  template <class F>
  auto map(F&& f) && {
    return map_impl(std::move(*this), std::forward<F>(f));
  }

  /// Replaces the error: returns the failure `f(error)`. A success is returned as a copy, and `f`
  /// is not called.
  template <std::invocable<const task_error&> F>
  task_result map_err(F&& f) const& {
    return is_ok() ? *this : task_result{std::invoke(std::forward<F>(f), error_)};
  }

  /// Replaces the error: returns the failure `f(error)`. A success is returned with its value
  /// moved, and `f` is not called.
  template <std::invocable<const task_error&> F>
  task_result map_err(F&& f) && {
    return is_ok() ? std::move(*this) : task_result{std::invoke(std::forward<F>(f), error_)};
  }

  /// Goes on from the value: returns the task_result that `f(value)` returns. A failure is returned
  /// with its error, and `f` is not called.
  template <class F>
  auto and_then(F&& f) const& {
    return and_then_impl(*this, std::forward<F>(f));
  }

  /// Goes on from the value, moved: returns the task_result that `f(value)` returns. A failure is
  /// returned with its error, and `f` is not called.
  template <class F>
  auto and_then(F&& f) && {
    return and_then_impl(std::move(*this), std::forward<F>(f));
  }

  /// Goes on from the error: returns the result `f(error)`. A success is returned as a copy, and
  /// `f` is not called.
  template <std::invocable<const task_error&> F>
  task_result or_else(F&& f) const& {
    return is_ok() ? *this : task_result{std::invoke(std::forward<F>(f), error_)};
  }

  /// Goes on from the error: returns the result `f(error)`. A success is returned with its value
  /// moved, and `f` is not called.
  template <std::invocable<const task_error&> F>
  task_result or_else(F&& f) && {
    return is_ok() ? std::move(*this) : task_result{std::invoke(std::forward<F>(f), error_)};
  }

  /// Tells whether both hold equal values, or both hold errors with the same contents.
  friend bool operator==(const task_result& a, const task_result& b)
    requires std::equality_comparable<T>
  {
    return a.is_ok() && b.is_ok() ? a.value_ == b.value_ : a.error_ == b.error_;
  }

private:
  void require_value() const {
    if (is_err())
      throw task_failure{error_};
  }

  template <class Self>
  void assign(Self&& other) {
    if (is_ok() && other.is_ok()) {
      value_ = std::forward<Self>(other).value_;
    } else if (other.is_ok()) {
      std::construct_at(std::addressof(value_), std::forward<Self>(other).value_);
      error_ = {};
    } else {
      if (is_ok())
        std::destroy_at(std::addressof(value_));
      error_ = other.error_;
    }
  }

  template <class Self, class F>
  static auto map_impl(Self&& self, F&& f) {
    using result =
        decltype(detail::call_into_value(std::forward<F>(f), std::forward<Self>(self).value_));
    if (self.is_err())
      return result{self.error_};
    return detail::call_into_value(std::forward<F>(f), std::forward<Self>(self).value_);
  }

  template <class Self, class F>
  static auto and_then_impl(Self&& self, F&& f) {
    using result =
        decltype(detail::call_into_result(std::forward<F>(f), std::forward<Self>(self).value_));
    if (self.is_err())
      return result{self.error_};
    return detail::call_into_result(std::forward<F>(f), std::forward<Self>(self).value_);
  }

  // There is a value exactly as long as there is no error.
  task_error error_;
  union {
    T value_;
  };
};

/// The outcome of a task that has no value: success, or the task_error of its failure.
///
/// Functions given to map(), map_err(), and_then() and or_else() are called at once, in the calling
/// thread, and their exceptions pass through. Not thread safe, like any value.
template <>
class [[nodiscard]] task_result<void> {
public:
  /// The type of the value: none.
  using value_type = void;

  /// Makes a success.
  task_result() noexcept = default;

  /// Makes a success, as `task_result<T>` does for any other T.
  explicit task_result(std::in_place_t) noexcept {}

  /// Makes a failure. An empty `error` becomes error_code::unknown.
  task_result(task_error error) : error_(detail::some_error(std::move(error))) {}

  /// Copies success or error.
  task_result(const task_result&) noexcept = default;

  /// Copies success or error; `other` keeps its state.
  // The error is copied, not moved: without it this would become a success.
  task_result(task_result&& other) noexcept : error_(other.error_) {}

  /// Copies success or error.
  task_result& operator=(const task_result&) noexcept = default;

  /// Copies success or error; `other` keeps its state.
  task_result& operator=(task_result&& other) noexcept {
    error_ = other.error_;
    return *this;
  }

  /// Destroys the error, if any.
  ~task_result() = default;

  /// Tells whether this is a success.
  bool is_ok() const noexcept { return !error_; }

  /// Tells whether this is a failure.
  bool is_err() const noexcept { return !is_ok(); }

  /// Tells whether this is a success.
  explicit operator bool() const noexcept { return is_ok(); }

  /// Does nothing for a success.
  /// @throws task_failure if this is a failure
  void value() const {
    if (is_err())
      throw task_failure{error_};
  }

  /// Does nothing for a success.
  /// @throws task_failure if this is a failure
  void unwrap() const { value(); }

  /// Returns why the task failed; empty if it did not.
  const task_error& error() const noexcept { return error_; }

  /// Calls `f` after a success: returns a task_result of what `f()` returns. A failure is returned
  /// with its error, and `f` is not called.
  template <class F>
  auto map(F&& f) const {
    using result = decltype(detail::call_into_value(std::forward<F>(f)));
    return is_ok() ? detail::call_into_value(std::forward<F>(f)) : result{error_};
  }

  /// Replaces the error: returns the failure `f(error)`. A success is returned as it is, and `f` is
  /// not called.
  template <std::invocable<const task_error&> F>
  task_result map_err(F&& f) const {
    return is_ok() ? *this : task_result{std::invoke(std::forward<F>(f), error_)};
  }

  /// Goes on after a success: returns the task_result that `f()` returns. A failure is returned
  /// with its error, and `f` is not called.
  template <class F>
  auto and_then(F&& f) const {
    using result = decltype(detail::call_into_result(std::forward<F>(f)));
    return is_ok() ? detail::call_into_result(std::forward<F>(f)) : result{error_};
  }

  /// Goes on from the error: returns the result `f(error)`. A success is returned as it is, and `f`
  /// is not called.
  template <std::invocable<const task_error&> F>
  task_result or_else(F&& f) const {
    return is_ok() ? *this : task_result{std::invoke(std::forward<F>(f), error_)};
  }

  /// Tells whether both are successes, or both hold errors with the same contents.
  friend bool operator==(const task_result& a, const task_result& b) noexcept {
    return a.error_ == b.error_;
  }

private:
  task_error error_;
};

} // namespace sweet::inline v0_5
