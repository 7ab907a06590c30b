#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/service/service.hpp>
#include <sweet/actors/service/service_call.hpp>
#include <sweet/actors/service/service_ref.hpp>
#include <sweet/actors/service/service_state.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/scope.hpp>
#include <sweet/actors/task/stopped_as.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/fails_with.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

/// A call that a service runs at the moment. If the service stops meanwhile, the call fails.
template <class S>
class running_call {
public:
  explicit running_call(std::shared_ptr<call_state> call) noexcept : call_(std::move(call)) {}
  running_call(const running_call&) = delete;
  running_call& operator=(const running_call&) = delete;
  ~running_call() {
    if (body_ != nullptr) {
      call_->end_body();
      drop_child(*body_);
    }
    call_->fail(error_or_spare(error_code::unreachable, [] {
      return task_error{error_code::unreachable, "the service has stopped during the call"};
    }));
  }

  /// Calls the function. @returns whether ended() is to be awaited
  bool begin(cell& self, S& object) {
    try {
      body_ = call().begin(object);
    } catch (...) {
      call_->fail(error_of_exception());
    }
    if (body_ == nullptr)
      return false;
    unstarted_task made{*std::exchange(body_, nullptr)};
    set_contained(*made);
    cell& c = made.release();
    start_child(self, c);
    body_ = &c;
    call_->begin_body(c);
    return true;
  }

  /// `co_await call.ended()` waits for the end of the body.
  auto ended() noexcept { return awaiter{*body_}; }

  void finish() {
    call_->end_body();
    call().finish(body_);
  }

private:
  class awaiter {
  public:
    explicit awaiter(cell& body) noexcept : body_(body) {}
    bool await_ready() const noexcept { return body_.has_outcome(); }
    bool await_suspend(awaiting_task h) const noexcept {
      return wait_for_child(h.task(), body_, wait_kind::outcome);
    }
    void await_resume() const noexcept {}

  private:
    cell& body_;
  };

  runnable_call<S>& call() const noexcept { return dynamic_cast<runnable_call<S>&>(*call_); }

  std::shared_ptr<call_state> call_;
  cell* body_ = nullptr;
};

/// Runs the calls of a service one after the other, until it fails or is stopped.
template <class S>
async<void> serve_calls(task_context ctx, service_state* state, S* object) {
  cell& self = context_access::get(ctx);
  while (auto next = co_await state->next()) {
    if (!(*next)->is_wanted())
      continue;
    running_call<S> call{std::move(*next)};
    if (call.begin(self, *object)) {
      co_await call.ended();
      call.finish();
    }
    if (const auto& why = service_access::failure_of(*object))
      throw fails_with{why};
  }
}

/// Closes a service that has no supervisor to start it again.
class close_at_end {
public:
  explicit close_at_end(service_state& state, bool closes) noexcept
      : state_(closes ? &state : nullptr) {}
  ~close_at_end() {
    if (state_ != nullptr)
      state_->close();
  }
  close_at_end(const close_at_end&) = delete;
  close_at_end& operator=(const close_at_end&) = delete;

private:
  service_state* state_;
};

/// One life of a service: makes the object, which is destroyed once no call runs any more.
template <class S>
async<void> live_as(task_context ctx, std::shared_ptr<service_state> state,
                    std::shared_ptr<const std::function<std::unique_ptr<S>()>> make) {
  cell& self = context_access::get(ctx);
  const serving mark{*state, self};
  const bool supervised = state->follow_supervisor(self, state);
  const close_at_end closes{*state, !supervised};
  const auto object = (*make)();
  // The object outlives the functions that run on it, whatever stops them.
  auto outcome = co_await unstoppable(
      ctx.scope(child_failure::fail_fast,
                [state = state.get(), object = object.get()](task_context own) {
                  return serve_calls<S>(own, state, object);
                })
          .result());
  if (outcome.is_err())
    throw fails_with{outcome.error()};
}

} // namespace detail

/// Describes a service that is a class, see service: the body of a child of a supervisor, or of a
/// task that is started by spawn(). A value; copies are the same service, of which one runs at a
/// time.
/// @tparam S the class, derived from service
template <std::derived_from<service> S>
class service_of {
public:
  /// Makes the service from copies of `args`, anew for each start: `S(args...)`.
  template <class... Args>
    requires std::constructible_from<S, const std::decay_t<Args>&...>
  explicit service_of(Args&&... args)
      : make_(std::make_shared<const maker>(
            [... args = std::decay_t<Args>(std::forward<Args>(args))] {
              return std::make_unique<S>(args...);
            })) {}

  /// Sets how many calls may wait; one more fails with error_code::resource_limit. Default: 1,000.
  /// @throws std::invalid_argument if `calls` is 0
  service_of mailbox(std::size_t calls) const {
    auto copy = *this;
    copy.state_ = std::make_shared<detail::service_state>(calls);
    return copy;
  }

  /// Returns a reference, which can be used before the service has started: calls wait for it.
  service_ref<S> ref() const noexcept { return service_ref<S>{state_}; }

  /// Runs the service. For supervisors and spawn().
  async<void> operator()(task_context ctx) const { return detail::live_as<S>(ctx, state_, make_); }

private:
  using maker = std::function<std::unique_ptr<S>()>;

  std::shared_ptr<detail::service_state> state_ = std::make_shared<detail::service_state>(1000);
  std::shared_ptr<const maker> make_;
};

} // namespace sweet::inline v0_5
