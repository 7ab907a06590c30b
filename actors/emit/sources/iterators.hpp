#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <iterator>
#include <optional>
#include <utility>

#include <sweet/actors/emit/event_source.hpp>

namespace sweet {

/// What lies between two iterators.
template <std::input_iterator I, std::sentinel_for<I> S>
class iterator_source {
public:
  using value_type = std::iter_value_t<I>;
  static constexpr bool is_in_memory = true;

  class reader {
  public:
    reader(I first, S last) : at_(std::move(first)), last_(std::move(last)) {}

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

  iterator_source(I first, S last) : first_(std::move(first)), last_(std::move(last)) {}

  [[nodiscard]] reader open() const { return {first_, last_}; }

private:
  I first_;
  S last_;
};

namespace source {

/// What lies from `first` up to, but not including, `last`. What they refer to has to outlive the
/// source and all that reads it. Iterators that pass only once, such as those of a stream, give
/// each element to only one of all readers.
template <std::input_iterator I, std::sentinel_for<I> S>
[[nodiscard]] iterator_source<I, S> iterators(I first, S last) {
  return {std::move(first), std::move(last)};
}

} // namespace source

} // namespace sweet
