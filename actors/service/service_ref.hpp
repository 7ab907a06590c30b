#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/service/service.hpp>
#include <sweet/actors/service/service_call.hpp>
#include <sweet/actors/service/service_state.hpp>
#include <sweet/actors/task/task_context.hpp>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// A reference to a service that is a class, see service. It stays valid when the service is
/// restarted, and after its end. A value of one pointer, for any thread.
/// @tparam S the class
template <class S>
class service_ref {
public:
  /// Makes a reference. For the library: service_of::ref() does.
  explicit service_ref(std::shared_ptr<detail::service_state> state) noexcept
      : state_(std::move(state)) {}

  /// Calls a member function of the service: `int sum = co_await c.call(ctx, &counter::add, 5)`.
  /// The call is sent at once.
  ///
  /// The function is a coroutine (`async<R> f(values...)` or `async<R> f(task_context,
  /// values...)`), which runs as a task of its own below the service, or an ordinary function.
  /// Calls are run one at a time, in their order; those that come while the service restarts wait
  /// for it.
  ///
  /// Its error is that of the function; error_code::unreachable if the service ends meanwhile, or
  /// has ended for good; resource_limit if there is no room among those that wait; invalid_state if
  /// the service calls itself, which would wait for ever.
  /// @param ctx the context of the calling task
  /// @param f a member function of S, with parameters by value
  /// @returns service_call<R>
  template <class F, class... Args>
    requires std::is_member_function_pointer_v<F>
  auto call(task_context ctx, F f, Args&&... args) const {
    auto made = detail::make_call<S>(f, std::forward<Args>(args)...);
    return send(ctx, std::move(made));
  }
  /// Calls a member function of the service, as call(ctx, f, args...) does, and waits at most
  /// `timeout` from now: then the error is error_code::timeout, and the function is cancelled.
  /// @throws std::invalid_argument unless `timeout` is positive
  template <class F, class... Args>
    requires std::is_member_function_pointer_v<F>
  auto call(task_context ctx, std::chrono::nanoseconds timeout, F f, Args&&... args) const {
    if (timeout.count() <= 0)
      throw std::invalid_argument{"call: the timeout is to be positive"};
    auto made = detail::make_call<S>(f, std::forward<Args>(args)...);
    made->expire_after(ctx.runtime().home(), timeout);
    return send(ctx, std::move(made));
  }

private:
  template <class Call>
  auto send(task_context ctx, std::shared_ptr<Call> made) const {
    service_call<typename Call::value_type> waits{made};
    state_->accept(detail::context_access::get(ctx), made);
    return waits;
  }

  std::shared_ptr<detail::service_state> state_;
};

} // namespace sweet::inline v0_5
