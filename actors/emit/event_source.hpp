#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <concepts>
#include <optional>

#include <sweet/messages/task_result.hpp>

namespace sweet::inline v0_5 {

/// Reads the values of a source, of type `E`, from its begin to its end.
///
/// `next()` returns the next value; or an error in place of a value, such as a malformed row, after
/// which the source goes on; or empty at the end. An error that ends the source before its end,
/// such as a file that cannot be read, is thrown as a task_failure. After the end, and after an
/// exception, next() is not called again.
///
/// The first next() opens files and the like, so that making a reader neither fails nor waits. Each
/// next() may block, and destroying a reader may, for a moment. A reader holds a bounded part of
/// its source. One thread at a time uses it, not always the same one.
template <class R, class E>
concept event_reader = std::move_constructible<R> && requires(R& reader) {
  { reader.next() } -> std::same_as<std::optional<task_result<E>>>;
};

/// Describes where events come from: a small value that is copied freely and opened any number of
/// times. Each open() returns a reader of its own, which starts at the first value.
///
///     struct countdown {
///       using value_type = int;
///       struct reader {
///         int left;
///         std::optional<sweet::task_result<int>> next() {
///           return left > 0 ? std::optional<sweet::task_result<int>>{left--} : std::nullopt;
///         }
///       };
///       int from;
///       reader open() const { return {from}; }
///     };
///
/// A reader that may block may have `bool is_ready() const`, which tells whether next() surely will
/// not block: the sender hands over the events so far before a call that may block.
///
/// A source whose readers never block says so by a member `static constexpr bool is_in_memory`; any
/// other source is read by a thread that may block.
template <class S>
concept event_source = std::copy_constructible<S> && requires(const S& source) {
  typename S::value_type;
  { source.open() } -> event_reader<typename S::value_type>;
};

namespace detail {

template <class S>
constexpr bool is_in_memory() noexcept {
  if constexpr (requires { S::is_in_memory; })
    return S::is_in_memory;
  else
    return false;
}

template <class T>
struct event_of {
  using type = T;
};

template <class E>
struct event_of<task_result<E>> {
  using type = E;
};

/// What a function that gives values of type `T` emits: a task_result stands for the value that it
/// holds, or for an error in its place.
template <class T>
using event_of_t = typename event_of<T>::type;

} // namespace detail

} // namespace sweet::inline v0_5
