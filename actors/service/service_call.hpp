#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/runtime/cell/task_start.hpp>
#include <sweet/actors/service/call_state.hpp>
#include <sweet/actors/sync/completion_core.hpp>
#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/child_awaiter.hpp>
#include <sweet/actors/task/take_outcome.hpp>
#include <sweet/messages/task_result.hpp>

#include <memory>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

/// The answer to a call.
template <class R>
class answered_call : public call_state {
public:
  using value_type = R;

  /// Waits for the answer. The service_call that is awaited keeps the call.
  class answer_arm final : public completion_core<R>::outcome_arm {
  public:
    explicit answer_arm(answered_call& of) noexcept
        : completion_core<R>::outcome_arm(of.answer_), call_(of) {}
    void describe(wait_view& view) const noexcept override { call_.describe(view); }

  private:
    const call_state& call_;
  };

protected:
  answered_call() { answer_.add_receiver(); }

  /// Takes the outcome of the task that has run the call.
  void take(cell*& body) {
    auto outcome = take_child<R>(body);
    if (claim())
      static_cast<void>(answer_.set(std::move(outcome)));
  }
  template <class... Value>
  void answer_with_value(Value&&... value) {
    if (claim())
      static_cast<void>(answer_.set(std::in_place, std::forward<Value>(value)...));
  }

private:
  void answer_with(task_error why) noexcept final {
    static_cast<void>(answer_.set(std::move(why)));
  }

  completion_core<R> answer_;
};

/// How a service runs a call.
template <class S>
class runnable_call {
public:
  /// Calls the function on the object. @returns the task that is to be the body of the call; null:
  /// the function was an ordinary one, and the call has been answered
  virtual cell* begin(S& object) = 0;
  /// Answers with the outcome of the body, which has one, and lets it go. In the context of the
  /// task that serves.
  virtual void finish(cell*& body) = 0;

protected:
  ~runnable_call() = default;
};

/// What a member function takes and returns.
template <class F>
struct method_of;
template <class S, class R, class... Params>
struct method_of<R (S::*)(Params...)> {
  using object = S;
  using result = R;
  static constexpr bool by_value = !(std::is_reference_v<Params> || ...);
  template <class... Rest>
  struct arguments {
    using type = std::tuple<Rest...>;
    static constexpr bool with_context = false;
  };
  template <class... Rest>
  struct arguments<task_context, Rest...> {
    using type = std::tuple<Rest...>;
    static constexpr bool with_context = true;
  };
  using own = arguments<Params...>;
};
template <class S, class R, class... Params>
struct method_of<R (S::*)(Params...) const> : method_of<R (S::*)(Params...)> {};
template <class S, class R, class... Params>
struct method_of<R (S::*)(Params...) noexcept> : method_of<R (S::*)(Params...)> {};
template <class S, class R, class... Params>
struct method_of<R (S::*)(Params...) const noexcept> : method_of<R (S::*)(Params...)> {};

template <class S, class F>
class method_call final
    : public answered_call<typename value_of<typename method_of<F>::result>::type>,
      public runnable_call<S> {
  using method = method_of<F>;
  using result = typename method::result;
  using base = answered_call<typename value_of<result>::type>;

public:
  template <class... Args>
  explicit method_call(F f, Args&&... args) : f_(f), args_(std::forward<Args>(args)...) {}

  cell* begin(S& object) override {
    return std::apply([&](auto&... args) { return call(object, args...); }, args_);
  }
  void finish(cell*& body) override { base::take(body); }

private:
  template <class... Args>
  cell* call(S& object, Args&... args) {
    const auto called = [&] {
      if constexpr (method::own::with_context)
        return (object.*f_)(context_access::unbound(), std::move(args)...);
      else
        return (object.*f_)(std::move(args)...);
    };
    if constexpr (is_async<result>) {
      return &called().release();
    } else if constexpr (std::is_void_v<result>) {
      called();
      base::answer_with_value();
      return nullptr;
    } else {
      base::answer_with_value(called());
      return nullptr;
    }
  }

  F f_;
  typename method::own::type args_;
};

/// Makes a call: one allocation, besides the frame that the function may have.
template <class S, class F, class... Args>
auto make_call(F f, Args&&... args) {
  using method = method_of<F>;
  static_assert(std::is_base_of_v<typename method::object, S>,
                "call: this is no member function of the service");
  static_assert(method::by_value,
                "a member function that is called through a service_ref takes its parameters by "
                "value: caller and service run beside each other, and a reference would dangle");
  static_assert(
      is_async<typename method::result> || !method::own::with_context,
      "a member function that takes a task_context is a coroutine: let it return async<R>; "
      "an ordinary one runs in no task of its own");
  static_assert(std::is_constructible_v<typename method::own::type, Args...>,
                "call: the arguments do not fit the parameters of the member function");
  return std::make_shared<method_call<S, F>>(f, std::forward<Args>(args)...);
}

} // namespace detail

/// A call that a task has sent to a service, and the wait for its answer; service_ref::call()
/// returns it.
///
/// A call is for the body that has sent it, and for one wait. Destroying it, as cancelling the body
/// that waits does, withdraws it: its function does not run if it has not begun, and is cancelled
/// (graceful) otherwise, to stop at its next wait.
template <class R>
class [[nodiscard]] service_call {
public:
  /// The type of the answer.
  using value_type = R;

  /// Makes the wait for a call. For the library.
  explicit service_call(std::shared_ptr<detail::answered_call<R>> call) noexcept
      : call_(std::move(call)) {}
  /// Takes over the wait of another one.
  service_call(service_call&& other) noexcept = default;
  service_call& operator=(service_call&&) = delete;
  ~service_call() {
    if (call_ != nullptr)
      call_->abandon();
  }

  /// Waits for the value: `co_await call`.
  /// Cancelling the awaiting task stops its body at this wait, and withdraws the call.
  /// @throws task_failure if there is none, see service_ref::call()
  auto operator co_await() noexcept { return value_awaiter{*call_}; }
  /// Waits for the answer or an error: `co_await call.result()`, in a callable
  /// `call.result().await()`. Gives a task_result<R>, see service_ref::call() for the errors.
  auto result() noexcept { return operation<arm>{std::in_place, *call_}; }

private:
  using arm = typename detail::answered_call<R>::answer_arm;

  class value_awaiter {
  public:
    explicit value_awaiter(detail::answered_call<R>& call) : arm_(call) {}
    value_awaiter(const value_awaiter&) = delete;
    value_awaiter& operator=(const value_awaiter&) = delete;

    bool await_ready() const noexcept { return false; }
    bool await_suspend(detail::awaiting_task h) { return wait_.suspend(h.task()); }
    R await_resume() { return detail::value_or_throw<R>(arm_.take()); }

  private:
    arm arm_;
    detail::single_wait<arm> wait_{arm_};
  };

  std::shared_ptr<detail::answered_call<R>> call_;
};

} // namespace sweet::inline v0_5
