#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io_handler.hpp>
#include <sweet/asio/io_result.hpp>

#include <sweet/actors/task/awaiting_task.hpp>

#include <tuple>
#include <utility>

namespace sweet::inline v0_5 {

template <class Signature, class Initiation, class... InitArgs>
class io_operation;

/// What the initiating functions of Boost.Asio return with the token use_wait: an operation that
/// begins when the coroutine of a task awaits it, once.
///
/// Nothing of it can be stored: it refers to the object and the buffers that the initiating
/// function was given.
/// @tparam Args what the completion handler of the operation gets
/// @tparam Initiation what begins the operation, for a handler and `InitArgs`
template <class... Args, class Initiation, class... InitArgs>
class [[nodiscard]] io_operation<void(Args...), Initiation, InitArgs...> final
    : detail::io_result<Args...> {
  using result = detail::io_result<Args...>;

public:
  /// What co_await gives: nothing, a value, or a tuple of several. An error that comes first is
  /// thrown, and no part of it.
  using value_type = typename result::value_type;

  /// Makes an operation that has not begun. For the library.
  template <class I, class... A>
  explicit io_operation(std::in_place_t, I&& initiation, A&&... args)
      : initiation_(std::forward<I>(initiation)), args_(std::forward<A>(args)...) {}
  io_operation(const io_operation&) = delete;
  io_operation& operator=(const io_operation&) = delete;

  /// Begins the operation on the I/O thread of the runtime, and waits until it has ended: `co_await
  /// operation` gives what the completion handler got. Cancelling the awaiting task cancels the
  /// operation; its body stops at this wait once the operation has ended.
  ///
  /// It throws boost::system::system_error if the first of what the handler got is an error_code
  /// that is set; what the initiating function throws, and the exception that a handler got;
  /// std::system_error if there is no I/O thread yet, and the system refuses it.
  auto operator co_await() noexcept { return awaiter{*this}; }

private:
  class awaiter {
  public:
    explicit awaiter(io_operation& operation) noexcept : operation_(operation) {}
    awaiter(const awaiter&) = delete;
    awaiter& operator=(const awaiter&) = delete;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(detail::awaiting_task h) { return operation_.suspend(h.task()); }
    value_type await_resume() { return operation_.take(); }

  private:
    io_operation& operation_;
  };

  void initiate() override {
    // Gives its share back even if what follows throws.
    detail::io_handler<Args...> handler{*this};
    std::apply(
        [&](InitArgs&... args) { std::move(initiation_)(std::move(handler), std::move(args)...); },
        args_);
  }

  Initiation initiation_;
  std::tuple<InitArgs...> args_;
};

} // namespace sweet::inline v0_5
