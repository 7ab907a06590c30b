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

namespace sweet::inline v0_5 {

/// Several events at once, which a strategy::batched() hands to its receivers. A batch is never
/// empty, and valid while the handler runs. A handler that takes it by reference may change its
/// events and move them away; one that takes a `const batch<E>&` looks at them only.
///
/// If the handler throws, all events of the batch have failed; fail() makes single ones fail.
template <class E>
class batch {
public:
  /// A forward iterator over the events.
  template <class Event>
  class basic_iterator {
  public:
    /// The type of the events.
    using value_type = E;
    /// The type of distances.
    using difference_type = std::ptrdiff_t;

    /// Makes an iterator that refers to nothing.
    basic_iterator() = default;
    /// Makes an iterator that refers to an event. For the library.
    explicit basic_iterator(E* const* at) noexcept : at_(at) {}
    /// Returns the event.
    Event& operator*() const noexcept { return **at_; }
    /// Returns a pointer to the event.
    Event* operator->() const noexcept { return *at_; }
    /// Goes on to the next event.
    basic_iterator& operator++() noexcept {
      ++at_;
      return *this;
    }
    /// Goes on to the next event, and returns the iterator as it was.
    basic_iterator operator++(int) noexcept { return basic_iterator{at_++}; }
    friend bool operator==(basic_iterator, basic_iterator) noexcept = default;

  private:
    E* const* at_ = nullptr;
  };
  /// An iterator over events that may be changed.
  using iterator = basic_iterator<E>;
  /// An iterator over events that may not be changed.
  using const_iterator = basic_iterator<const E>;

  /// Makes a batch of these events. For the library.
  explicit batch(std::span<E* const> events) noexcept : events_(events) {}

  /// Returns the number of events; at least 1.
  std::size_t size() const noexcept { return events_.size(); }
  /// Returns an event.
  /// @pre `i < size()`
  E& operator[](std::size_t i) noexcept { return *events_[i]; }
  /// Returns an event.
  /// @pre `i < size()`
  const E& operator[](std::size_t i) const noexcept { return *events_[i]; }
  /// Returns an iterator to the first event.
  iterator begin() noexcept { return iterator{events_.data()}; }
  /// Returns an iterator behind the last event.
  iterator end() noexcept { return iterator{events_.data() + events_.size()}; }
  /// Returns an iterator to the first event.
  const_iterator begin() const noexcept { return const_iterator{events_.data()}; }
  /// Returns an iterator behind the last event.
  const_iterator end() const noexcept { return const_iterator{events_.data() + events_.size()}; }

  /// Makes one event fail; the others end as the handler does. The stream goes on whatever its
  /// error strategy. Repeating it changes nothing.
  /// @throws std::out_of_range unless `i < size()`
  void fail(std::size_t i, task_error error) {
    if (i >= size())
      throw std::out_of_range{"batch::fail(" + std::to_string(i) + "): there are " +
                              std::to_string(size()) + " events"};
    failures_.emplace_back(i, std::move(error));
  }

  /// Returns the failures that were reported. For the library.
  std::vector<std::pair<std::size_t, task_error>>& failures() noexcept { return failures_; }

private:
  std::span<E* const> events_;
  std::vector<std::pair<std::size_t, task_error>> failures_;
};

} // namespace sweet::inline v0_5
