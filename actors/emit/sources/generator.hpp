#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/emit/generator.hpp>

namespace sweet::inline v0_5 {

namespace detail {

template <class T>
inline constexpr bool is_generator = false;
template <class T>
inline constexpr bool is_generator<generator<T>> = true;

} // namespace detail

/// The values that a coroutine yields; source::generator() makes it. Each reader calls the function
/// once for a fresh generator.
template <std::copy_constructible F>
  requires detail::is_generator<std::invoke_result_t<F&>>
class generator_source {
  using made = std::invoke_result_t<F&>;
  using given = typename made::value_type;

public:
  /// The type of the events.
  using value_type = detail::event_of_t<given>;
  /// Readers never block.
  static constexpr bool is_in_memory = true;

  /// Runs a generator.
  class reader {
  public:
    /// Starts with a copy of this function.
    explicit reader(const F& f) : f_(std::make_unique<F>(f)) {}

    /// Returns the next value; empty at the end. Exceptions of the coroutine pass through.
    std::optional<task_result<value_type>> next() {
      if (!values_)
        values_.emplace(std::invoke(*f_));
      auto value = values_->next();
      if constexpr (std::same_as<given, value_type>) {
        if (!value)
          return std::nullopt;
        return std::optional<task_result<value_type>>{std::in_place, std::in_place,
                                                      std::move(*value)};
      } else {
        return value;
      }
    }

  private:
    // On the heap, since the coroutine of a lambda refers to the lambda while the reader is moved.
    std::unique_ptr<F> f_;
    std::optional<made> values_;
  };

  /// Describes the source; see source::generator().
  explicit generator_source(F f) : f_(std::move(f)) {}

  /// Returns a reader with a copy of the function.
  [[nodiscard]] reader open() const { return reader{f_}; }

private:
  F f_;
};

namespace source {

/// Emits the values of the generator that `f()` returns: a `sweet::generator<E>`, or a
/// `sweet::generator<task_result<E>>` if errors may come in place of values. An exception that
/// leaves the coroutine ends the source. The function may be a lambda with captures, which lives as
/// long as the coroutine.
template <std::copy_constructible F>
  requires detail::is_generator<std::invoke_result_t<F&>>
[[nodiscard]] generator_source<F> generator(F f) {
  return generator_source<F>{std::move(f)};
}

} // namespace source

} // namespace sweet::inline v0_5
