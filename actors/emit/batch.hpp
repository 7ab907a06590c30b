#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/task_error.hpp>

#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sweet {

/// Several events at once: what a strategy::batched() hands to its receivers. Never empty; valid
/// while the handler runs. A handler that takes it by reference may change its events and move them
/// away; one that takes a const batch<E>& looks at them only.
///
/// A handler that throws has failed all of them; one that knows which it could not handle says so
/// with fail().
template <class E>
class batch {
public:
  template <class Event>
  class basic_iterator {
  public:
    using value_type = E;
    using difference_type = std::ptrdiff_t;

    basic_iterator() = default;
    explicit basic_iterator(E* const* at) noexcept : at_(at) {}
    Event& operator*() const noexcept { return **at_; }
    Event* operator->() const noexcept { return *at_; }
    basic_iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    basic_iterator operator++(int) noexcept { return basic_iterator{at_++}; }
    friend bool operator==(basic_iterator, basic_iterator) noexcept = default;

  private:
    E* const* at_ = nullptr;
  };
  using iterator = basic_iterator<E>;
  using const_iterator = basic_iterator<const E>;

  /// For the library.
  explicit batch(std::span<E* const> events) noexcept : events_(events) {}

  std::size_t size() const noexcept { return events_.size(); }
  /// @pre `i < size()`
  E& operator[](std::size_t i) noexcept { return *events_[i]; }
  const E& operator[](std::size_t i) const noexcept { return *events_[i]; }
  iterator begin() noexcept { return iterator{events_.data()}; }
  iterator end() noexcept { return iterator{events_.data() + events_.size()}; }
  const_iterator begin() const noexcept { return const_iterator{events_.data()}; }
  const_iterator end() const noexcept { return const_iterator{events_.data() + events_.size()}; }

  /// This event alone has failed; the others are as the handler ends. The stream goes on whatever
  /// its error strategy. Saying it again changes nothing.
  /// @throws std::out_of_range unless `i < size()`
  void fail(std::size_t i, task_error error) {
    if (i >= size())
      throw std::out_of_range{"batch::fail(" + std::to_string(i) + "): there are " +
                              std::to_string(size()) + " events"};
    failures_.emplace_back(i, std::move(error));
  }

  /// For the library.
  std::vector<std::pair<std::size_t, task_error>>& failures() noexcept { return failures_; }

private:
  std::span<E* const> events_;
  std::vector<std::pair<std::size_t, task_error>> failures_;
};

} // namespace sweet
