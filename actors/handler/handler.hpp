#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/handler_host.hpp>
#include <sweet/actors/runtime/cell/task_memory.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/body_value.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/actors/task/called_signature.hpp>
#include <sweet/actors/task/reply.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/caf_error.hpp>

#include <caf/delegated.hpp>
#include <caf/result.hpp>
#include <caf/scheduled_actor.hpp>
#include <caf/skip.hpp>
#include <caf/unit.hpp>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// Lets an actor take further messages while coroutines of a handler are suspended, see handler().
struct reentrant {
  /// How many coroutines of the handler may be suspended until the actor takes no more messages; at
  /// least 1, which is the default of handlers.
  std::size_t at_once;
};

namespace detail {

template <class R>
inline constexpr bool can_answer = sendable<R>;
template <>
inline constexpr bool can_answer<void> = true;

template <class R>
void answer_with_value(cell& c, caf::response_promise& promise) {
  if constexpr (std::is_void_v<R>) {
    if (!promise.async())
      promise.deliver(caf::unit);
  } else if constexpr (is_small_value<R>) {
    promise.deliver(read_small_value<R>(c));
  } else {
    promise.deliver(std::move(stored_value<R>(c)));
  }
}

/// A handler, and the function that it calls: coroutines refer to its captures.
template <class F>
struct handler_function : handler_record {
  template <class G>
  explicit handler_function(G&& f) : function(std::forward<G>(f)) {}

  std::shared_ptr<handler_host> host;
  F function;
};

/// What handler() gives to the behavior of an actor.
template <class F, bool WithContext, class Result, class... Args>
class actor_handler {
public:
  using answer = caf::result<Result>;

  explicit actor_handler(std::shared_ptr<handler_function<F>> kept) noexcept
      : kept_(std::move(kept)) {}

  answer operator()(const Args&... args) const {
    auto& host = *kept_->host;
    if (kept_->suspended == kept_->limit)
      return caf::skip;
    const bool one_way = host.is_one_way();
    try {
      host.prepare();
      cell& c = make(Args(args)...);
      if (!host.run(c, kept_))
        return caf::delegated<Result>{};
      const ended_coroutine ended{host, c};
      if (c.state.see().has_value()) {
        if constexpr (std::is_void_v<Result>)
          return caf::unit;
        else if constexpr (is_small_value<Result>)
          return read_small_value<Result>(c);
        else
          return std::move(stored_value<Result>(c));
      }
      if (auto error = host.failure(c, one_way))
        return error;
    } catch (...) {
      if (auto error = host.refusal(one_way))
        return error;
    }
    return caf::delegated<Result>{};
  }

private:
  class ended_coroutine {
  public:
    ended_coroutine(handler_host& host, cell& c) noexcept : host_(host), cell_(c) {}
    ~ended_coroutine() { host_.forget(cell_); }
    ended_coroutine(const ended_coroutine&) = delete;
    ended_coroutine& operator=(const ended_coroutine&) = delete;

  private:
    handler_host& host_;
    cell& cell_;
  };

  cell& make(Args&&... args) const {
    const spawn_target target{kept_->host->home()};
    if constexpr (WithContext)
      return kept_->function(context_access::unbound(), std::move(args)...).release();
    else
      return kept_->function(std::move(args)...).release();
  }

  std::shared_ptr<handler_function<F>> kept_;
};

/// Checks the function of a handler, and finds the type of the handler.
template <class F>
struct handler_of {
  template <class R, class... Args>
  struct checked {
    static_assert(is_async<R>, "the function of a handler() is a coroutine: it returns "
                               "sweet::async<T>; give any other function to the behavior as it is");
    static_assert(!(std::is_reference_v<Args> || ...),
                  "the function of a handler() takes its parameters by value: the message is gone "
                  "when the coroutine goes on after a wait, and a reference into it would dangle");
    using result = typename value_of<R>::type;
    static_assert(can_answer<result>,
                  "the value of a handler()'s coroutine becomes the content of a message: CAF "
                  "copies it, makes it by default and inspects it. Give its type a copy "
                  "constructor and an inspect() function, or return something else");

    template <class... Rest>
    struct without_context {
      using type = actor_handler<F, false, result, Rest...>;
    };
    template <class... Rest>
    struct without_context<task_context, Rest...> {
      using type = actor_handler<F, true, result, Rest...>;
    };
    using type = typename without_context<Args...>::type;
    static constexpr auto ops = &async_body<result>::template ops<Args...>;
    static constexpr auto answer = &answer_with_value<result>;
  };
};

} // namespace detail

/// Makes a message handler of an actor from a coroutine, for the behavior of any event-based actor,
/// dynamically or statically typed, with or without a state:
///
///     caf::behavior prices(caf::event_based_actor* self, caf::actor market) {
///       return {sweet::handler(self, [market](sweet::task_context ctx, std::string name)
///                                        -> sweet::async<double> {
///         co_return 1.2 * co_await ctx.request<double>(market, 1s, name);
///       })};
///     }
///
/// The coroutine is a task of the runtime: it may wait for all that the library gives, have
/// children, and is cancelled with the runtime. It runs in the actor's own context, turn by turn:
/// it may use `self` and the state of the actor after each wait, without locks.
///
/// The request is answered with the value, or with the error of the task, which arrives as the same
/// task_error (see to_caf_error()). A failure of which nobody hears, because the message was
/// one-way, goes to the log.
///
/// While the coroutine is suspended the actor takes no other ordinary message, unless the handler
/// is `reentrant`; messages wait in order. Exit and down messages act at once. When the actor quits
/// the coroutine is cancelled (kill), its frame is destroyed before the state of the actor is, and
/// its request is answered with caf::sec::request_receiver_down.
///
/// @param self the actor, in whose context this is called, once the actor has started
/// @param f called as `f(task_context, values...)` or `f(values...)`, with all parameters by value;
/// returns sweet::async. What it captures lives as long as its coroutines
/// @param how how many coroutines of the handler may be suspended at once; default: one
/// @throws std::logic_error if the actor system was not prepared for a runtime
/// @throws std::invalid_argument if `how.at_once` is 0
template <class Actor, class F>
auto handler(Actor* self, F&& f, reentrant how = {1}) {
  static_assert(std::is_base_of_v<caf::scheduled_actor, Actor>,
                "handler() is for event-based actors: a blocking actor waits as it is");
  using function = std::decay_t<F>;
  static_assert(detail::has_one_signature<function>,
                "the function of a handler() has one signature, from which the message is known: "
                "no templates, no overloads");
  using traits = typename detail::called_signature<detail::called_as<function>>::template apply<
      detail::handler_of<function>::template checked>;
  if (how.at_once == 0)
    throw std::invalid_argument{"reentrant: a handler runs one coroutine at least"};
  auto kept = std::make_shared<detail::handler_function<function>>(std::forward<F>(f));
  kept->host = detail::handler_host::of(*self);
  kept->ops = *traits::ops;
  kept->ops.host = kept->host.get();
  kept->limit = how.at_once;
  kept->answer = traits::answer;
  return typename traits::type{std::move(kept)};
}

} // namespace sweet::inline v0_5
