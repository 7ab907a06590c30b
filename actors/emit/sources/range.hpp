#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <initializer_list>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include <sweet/actors/emit/event_source.hpp>

namespace sweet::inline v0_5 {

/// The elements of a range, in order; source::range() makes it. Copies of a source share the range,
/// which stays unchanged; a view that can only be iterated when it is not const is copied for each
/// reader.
template <std::ranges::input_range R>
class range_source {
  static constexpr bool shared = std::ranges::forward_range<const R>;
  using kept = std::conditional_t<shared, const R, R>;

public:
  /// The type of the events.
  using value_type = std::ranges::range_value_t<R>;
  /// Readers never block.
  static constexpr bool is_in_memory = true;

  /// Goes through the elements.
  class reader {
  public:
    /// Starts at the first element.
    explicit reader(std::shared_ptr<kept> range)
        : range_(std::move(range)), at_(std::ranges::begin(*range_)) {}

    /// Returns the next element; empty at the end.
    std::optional<task_result<value_type>> next() {
      if (at_ == std::ranges::end(*range_))
        return std::nullopt;
      std::optional<task_result<value_type>> result{std::in_place, std::in_place, *at_};
      ++at_;
      return result;
    }

  private:
    std::shared_ptr<kept> range_;
    std::ranges::iterator_t<kept> at_;
  };

  /// Describes the source; see source::range().
  explicit range_source(R range) : range_(std::make_shared<const R>(std::move(range))) {}

  /// Returns a reader that starts at the first element.
  [[nodiscard]] reader open() const {
    if constexpr (shared)
      return reader{range_};
    else
      return reader{std::make_shared<R>(*range_)};
  }

private:
  std::shared_ptr<const R> range_;
};

namespace source {

/// Emits the elements of a container or view, which is taken by value: move in a large one. The
/// elements that a view refers to have to outlive the source and all its readers.
template <std::ranges::input_range R>
  requires std::copy_constructible<std::ranges::range_value_t<R>>
[[nodiscard]] range_source<R> range(R elements) {
  return range_source<R>{std::move(elements)};
}

/// Emits the elements of a list: `source::range({1, 2, 3})`.
template <class E>
[[nodiscard]] range_source<std::vector<E>> range(std::initializer_list<E> elements) {
  return range_source<std::vector<E>>{std::vector<E>(elements)};
}

/// Emits the arguments, converted to their common type: `source::values(1, 2.5)`.
template <class... Values>
  requires(sizeof...(Values) > 0)
[[nodiscard]] auto values(Values&&... each) {
  using value = std::common_type_t<Values...>;
  return range<value>({static_cast<value>(std::forward<Values>(each))...});
}

} // namespace source

} // namespace sweet::inline v0_5
