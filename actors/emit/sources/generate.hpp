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

namespace sweet {

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

} // namespace detail

/// What a function gives, called again and again until it gives nothing. Each reader starts with a
/// copy of the function as it was when the source was made.
template <std::copy_constructible F>
  requires detail::is_optional<std::invoke_result_t<F&>>
class generated_source {
  using given = typename std::invoke_result_t<F&>::value_type;

public:
  using value_type = detail::event_of_t<given>;
  static constexpr bool is_in_memory = true;

  class reader {
  public:
    explicit reader(F f) : f_(std::move(f)) {}

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

  explicit generated_source(F f) : f_(std::move(f)) {}

  [[nodiscard]] reader open() const { return reader{f_}; }

private:
  F f_;
};

namespace source {

/// What `f()` gives until it gives nothing: a std::optional<E>, or a
/// std::optional<task_result<E>> if errors may come in place of values. What it throws ends the
/// source.
///
///     source::generate([n = 0]() mutable { return n < 10 ? std::optional{n++} : std::nullopt; })
template <std::copy_constructible F>
  requires detail::is_optional<std::invoke_result_t<F&>>
[[nodiscard]] generated_source<F> generate(F f) {
  return generated_source<F>{std::move(f)};
}

} // namespace source

} // namespace sweet
