#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <concepts>
#include <optional>

#include <sweet/messages/task_result.hpp>

namespace sweet {

/// What reads a source of values of type `E`, from its begin to its end.
///
/// `next()` gives the next value; or an error that stands in for a value, such as a malformed row,
/// after which the source goes on; or nothing at the end. What ends a source before its end, such
/// as a file that cannot be read, is thrown: a task_failure with what went wrong. After the end and
/// after what was thrown, next() is not called again.
///
/// The first next() opens what has to be opened, so that making a reader neither fails nor waits.
/// Each next() may block, and destroying a reader may, for a moment. A reader holds no more than a
/// bounded part of what it reads. It is used by one thread at a time, not always by the same one.
template <class R, class E>
concept event_reader = std::move_constructible<R> && requires(R& reader) {
  { reader.next() } -> std::same_as<std::optional<task_result<E>>>;
};

/// Where events come from: the description of a source, a small value which is copied freely and
/// opened as often as one likes. Each open() gives a reader of its own, which begins at the begin.
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
/// A reader that may block may have `bool is_ready() const`, whether next() surely will not: before
/// it may, what has been emitted is handed over, which is not done otherwise.
///
/// A source whose readers never block says so by a member `static constexpr bool is_in_memory`; any
/// other is read by a thread that may block.
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

} // namespace sweet
