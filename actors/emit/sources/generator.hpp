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

namespace sweet {

namespace detail {

template <class T>
inline constexpr bool is_generator = false;
template <class T>
inline constexpr bool is_generator<generator<T>> = true;

} // namespace detail

/// What a coroutine yields. Each reader has the function called once for a fresh generator.
template <std::copy_constructible F>
  requires detail::is_generator<std::invoke_result_t<F&>>
class generator_source {
  using made = std::invoke_result_t<F&>;
  using given = typename made::value_type;

public:
  using value_type = detail::event_of_t<given>;
  static constexpr bool is_in_memory = true;

  class reader {
  public:
    explicit reader(const F& f) : f_(std::make_unique<F>(f)) {}

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
    // A coroutine that is a lambda refers to it, wherever the reader is moved.
    std::unique_ptr<F> f_;
    std::optional<made> values_;
  };

  explicit generator_source(F f) : f_(std::move(f)) {}

  [[nodiscard]] reader open() const { return reader{f_}; }

private:
  F f_;
};

namespace source {

/// What the generator that `f()` makes yields: a sweet::generator<E>, or a
/// sweet::generator<task_result<E>> if errors may come in place of values. What leaves the
/// coroutine as an exception ends the source. The function may be a lambda with captures, which
/// lives as long as the coroutine.
template <std::copy_constructible F>
  requires detail::is_generator<std::invoke_result_t<F&>>
[[nodiscard]] generator_source<F> generator(F f) {
  return generator_source<F>{std::move(f)};
}

} // namespace source

} // namespace sweet
