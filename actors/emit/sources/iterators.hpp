#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <iterator>
#include <optional>
#include <utility>

#include <sweet/actors/emit/event_source.hpp>

namespace sweet::inline v0_5 {

/// The elements between two iterators; source::iterators() makes it.
template <std::input_iterator I, std::sentinel_for<I> S>
class iterator_source {
public:
  /// The type of the events.
  using value_type = std::iter_value_t<I>;
  /// Readers never block.
  static constexpr bool is_in_memory = true;

  /// Goes from one iterator to the other.
  class reader {
  public:
    /// Starts at `first`.
    reader(I first, S last) : at_(std::move(first)), last_(std::move(last)) {}

    /// Returns the next element; empty at the end.
    std::optional<task_result<value_type>> next() {
      if (at_ == last_)
        return std::nullopt;
      std::optional<task_result<value_type>> result{std::in_place, std::in_place, *at_};
      ++at_;
      return result;
    }

  private:
    I at_;
    S last_;
  };

  /// Describes the source; see source::iterators().
  iterator_source(I first, S last) : first_(std::move(first)), last_(std::move(last)) {}

  /// Returns a reader that starts at the first element.
  [[nodiscard]] reader open() const { return {first_, last_}; }

private:
  I first_;
  S last_;
};

namespace source {

/// Emits the elements from `first` up to, but not including, `last`. The elements have to outlive
/// the source and all its readers. Iterators that pass only once, such as those of a stream, give
/// each element to only one of all readers.
template <std::input_iterator I, std::sentinel_for<I> S>
[[nodiscard]] iterator_source<I, S> iterators(I first, S last) {
  return {std::move(first), std::move(last)};
}

} // namespace source

} // namespace sweet::inline v0_5
