#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <concepts>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <sweet/actors/emit/event_source.hpp>

namespace sweet::inline v0_5 {

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

} // namespace detail

/// The values that a function returns when it is called again and again, until it returns an empty
/// optional; source::generate() makes it. Each reader starts with a copy of the function as it was
/// when the source was made.
template <std::copy_constructible F>
  requires detail::is_optional<std::invoke_result_t<F&>>
class generated_source {
  using given = typename std::invoke_result_t<F&>::value_type;

public:
  /// The type of the events.
  using value_type = detail::event_of_t<given>;
  /// Readers never block.
  static constexpr bool is_in_memory = true;

  /// Calls a copy of the function.
  class reader {
  public:
    /// Starts with this function.
    explicit reader(F f) : f_(std::move(f)) {}

    /// Returns the next value; empty at the end. Exceptions of the function pass through.
    std::optional<task_result<value_type>> next() {
      auto value = std::invoke(f_);
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
    F f_;
  };

  /// Describes the source; see source::generate().
  explicit generated_source(F f) : f_(std::move(f)) {}

  /// Returns a reader with a copy of the function.
  [[nodiscard]] reader open() const { return reader{f_}; }

private:
  F f_;
};

namespace source {

/// Emits what `f()` returns until that is empty: a `std::optional<E>`, or a
/// `std::optional<task_result<E>>` if errors may come in place of values. An exception ends the
/// source.
///
///     source::generate([n = 0]() mutable { return n < 10 ? std::optional{n++} : std::nullopt; })
template <std::copy_constructible F>
  requires detail::is_optional<std::invoke_result_t<F&>>
[[nodiscard]] generated_source<F> generate(F f) {
  return generated_source<F>{std::move(f)};
}

} // namespace source

} // namespace sweet::inline v0_5
