#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <ranges>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace sweet::inline v0_5 {

/// What a stream collects by default: the items in a vector, those with a key in a map.
template <class T, class K>
struct collection {
  std::vector<T> items;  ///< items without a key, in the order in which they came
  std::map<K, T> by_key; ///< the latest item of each key

  /// Makes an empty collection.
  collection() = default;
  /// Takes over the items.
  collection(collection&&) = default;
  /// Takes over the items.
  collection& operator=(collection&&) = default;
  /// Copies the items, if they can be copied.
  collection(const collection&)
    requires std::is_copy_constructible_v<T>
  = default;
  /// Copies the items, if they can be copied.
  collection& operator=(const collection&)
    requires std::is_copy_constructible_v<T>
  = default;

  friend bool operator==(const collection&, const collection&) = default;
};

namespace detail {

/// Whether a C can be copied. Containers claim to be copyable whatever they hold, so their elements
/// are asked.
template <class C>
constexpr bool can_be_copied() noexcept {
  if constexpr (std::ranges::input_range<C>)
    return std::is_copy_constructible_v<std::ranges::range_value_t<C>>;
  else
    return std::is_copy_constructible_v<C>;
}

/// Stands for the collection of a stream that collects nothing: its last handler neither takes a
/// collector nor returns anything.
struct nothing_collected {
  friend bool operator==(const nothing_collected&, const nothing_collected&) = default;
};

// A gatherer makes the collection from the items that come: `value_type`, add(item), add(key,
// item), take().

template <class T, class K>
class gather_all {
public:
  using value_type = collection<T, K>;

  void add(T&& item) { all_.items.push_back(std::move(item)); }
  void add(K&& key, T&& item) { all_.by_key.insert_or_assign(std::move(key), std::move(item)); }
  value_type take() { return std::move(all_); }

private:
  value_type all_;
};

template <class Container, class T>
inline constexpr bool takes_items = requires(Container& c, T item) {
  c.push_back(std::move(item));
} || requires(Container& c, T item) { c.insert(std::move(item)); };

/// Whether a container can take the items: those without a key or, if `Keys`, those with one.
template <class Container, class T, class K, bool Keys>
inline constexpr bool can_gather_into =
    takes_items<Container, T> || (Keys && requires(Container& c, K key, T item) {
      c.insert_or_assign(std::move(key), std::move(item));
    });

/// Gathers items into a container of the user's choice.
template <class Container>
class gather_into {
public:
  using value_type = Container;

  explicit gather_into(Container empty) : all_(std::move(empty)) {}

  template <class T>
  void add(T&& item) {
    if constexpr (requires { all_.push_back(std::move(item)); })
      all_.push_back(std::move(item));
    else if constexpr (requires { all_.insert(std::move(item)); })
      all_.insert(std::move(item));
    else
      throw std::logic_error{"an item without a key cannot go into a map: use collect(key, item)"};
  }
  template <class K, class T>
  void add(K&& key, T&& item) {
    if constexpr (requires { all_.insert_or_assign(std::move(key), std::move(item)); })
      all_.insert_or_assign(std::move(key), std::move(item));
    else
      add(std::move(item));
  }
  value_type take() { return std::move(all_); }

private:
  Container all_;
};

/// Gathers items into a value that each of them changes.
template <class Value, class F>
class gather_fold {
public:
  using value_type = Value;

  gather_fold(Value initial, F step) : value_(std::move(initial)), step_(std::move(step)) {}

  template <class T>
  void add(T&& item) {
    std::invoke(step_, value_, std::move(item));
  }
  template <class K, class T>
  void add(K&&, T&& item) {
    add(std::move(item));
  }
  value_type take() { return std::move(value_); }

private:
  Value value_;
  F step_;
};

/// Gathers nothing: each item goes to a function as it comes.
template <class F>
class gather_sink {
public:
  /// The number of items that the function was given.
  using value_type = std::uint64_t;

  explicit gather_sink(F sink) : sink_(std::move(sink)) {}

  template <class T>
  void add(T&& item) {
    std::invoke(sink_, std::move(item));
    ++count_;
  }
  template <class K, class T>
  void add(K&&, T&& item) {
    add(std::move(item));
  }
  value_type take() { return count_; }

private:
  F sink_;
  std::uint64_t count_ = 0;
};

struct gather_nothing {
  using value_type = nothing_collected;

  value_type take() { return {}; }
};

} // namespace detail

} // namespace sweet::inline v0_5
