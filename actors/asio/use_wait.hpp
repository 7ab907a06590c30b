#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/boost_check.hpp>

#include <sweet/asio/io_operation.hpp>

#include <boost/asio/async_result.hpp>

#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// The type of use_wait, the completion token by which the coroutine of a task awaits an operation
/// of Boost.Asio.
struct use_wait_t {
  /// An executor with use_wait as its default completion token.
  /// @tparam Executor the executor without one
  template <class Executor>
  struct executor_with_default : Executor {
    /// The default of the operations of what has this executor.
    using default_completion_token_type = use_wait_t;

    /// Takes over an executor.
    template <class Other>
      requires(!std::is_same_v<Other, executor_with_default> &&
               std::is_convertible_v<const Other&, Executor>)
    executor_with_default(const Other& other) noexcept : Executor(other) {}
  };

  /// The type of a socket, timer or the like whose operations need no token:
  /// `use_wait_t::as_default_on_t<tcp::socket>`.
  template <class IoObject>
  using as_default_on_t = typename IoObject::template rebind_executor<
      executor_with_default<typename IoObject::executor_type>>::other;

  /// Returns a socket, timer or the like as one whose operations need no token.
  template <class IoObject>
  static auto as_default_on(IoObject&& object) {
    return as_default_on_t<std::decay_t<IoObject>>(std::forward<IoObject>(object));
  }
};

/// The completion token by which the coroutine of a task awaits an operation of Boost.Asio:
///
///     std::size_t n = co_await socket.async_read_some(buffer, sweet::use_wait);
///
/// The task waits, and no thread does. `co_await` gives what a completion handler would get: one
/// value, several as a std::tuple, or nothing. An error_code that comes first is thrown as
/// boost::system::system_error, and left out; with `boost::asio::as_tuple(sweet::use_wait)` it is
/// the first element of a tuple.
///
/// The operation begins, goes on and is cancelled on the I/O thread of the task's runtime, also if
/// its object belongs to another io_context; see io().
///
/// Cancellation: each level that ends other waits cancels the operation by its cancellation slot,
/// whatever type of cancellation it supports. The wait ends once the operation has, so buffers may
/// lie in the coroutine. An operation that has come to another end than `operation_aborted` wins
/// over the stop; one that cannot be cancelled is waited for.
inline constexpr use_wait_t use_wait{};

} // namespace sweet::inline v0_5

namespace boost::asio {

/// How Asio makes what its initiating functions return with sweet::use_wait.
template <class... Args>
class async_result<sweet::use_wait_t, void(Args...)> {
public:
  /// Makes an operation that has not begun.
  template <class Initiation, class Token, class... InitArgs>
  static auto initiate(Initiation&& initiation, Token&&, InitArgs&&... args) {
    return sweet::io_operation<void(Args...), std::decay_t<Initiation>, std::decay_t<InitArgs>...>{
        std::in_place, std::forward<Initiation>(initiation), std::forward<InitArgs>(args)...};
  }
};

} // namespace boost::asio
